/// The regular files of a tar archive, by the last part of their names: paths inside an archive are
/// not trusted to say where files go.
enum TarArchive {
  /// Returns files of given names; others are passed over, links and folders too.
  static func files(
    _ archive: [UInt8], named names: Set<String>, path: String
  ) throws(DatasetError) -> [String: ArraySlice<UInt8>] {
    var files: [String: ArraySlice<UInt8>] = [:]
    var position = 0
    while position + block <= archive.count {
      let header = archive[position..<position + block]
      // Two blocks of zeros end an archive.
      if header.allSatisfy({ $0 == 0 }) { break }
      guard let size = octal(header.dropFirst(124).prefix(12)),
        size <= archive.count - position - block
      else { throw .malformed(path: path, reason: "is damaged or cut off (tar)") }
      position += block
      let kind = header[header.startIndex + 156]
      let name = String(decoding: header.prefix(100).prefix { $0 != 0 }, as: UTF8.self)
        .split(separator: "/").last.map(String.init)
      if let name, names.contains(name), kind == 0 || kind == UInt8(ascii: "0") {
        files[name] = archive[position..<position + size]
      }
      position += (size + block - 1) / block * block
    }
    return files
  }

  private static let block = 512

  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.filter { $0 != 0 && $0 != UInt8(ascii: " ") }
    return digits.isEmpty
      ? 0
      : Int(String(decoding: digits, as: UTF8.self), radix: 8)
        .flatMap { $0 >= 0 ? $0 : nil }
  }
}
