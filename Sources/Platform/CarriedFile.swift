private import CFiles

/// A file that the program carries within itself, by its name without folders.
///
/// - Precondition: There is one (`Sources/CFiles/files.c`).
package func carriedFile(_ name: String) -> [UInt8] {
  for file in UnsafeBufferPointer(start: gf_files, count: gf_file_count)
  where String(cString: file.name) == name {
    return Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
  }
  preconditionFailure("the program does not carry \(name)")
}
