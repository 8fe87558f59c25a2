import Platform

/// Which file of the system one is, whatever it is called.
struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let number: UInt64
}

/// A file that is read from any place in it. One that is there packed, under its name and `.gz`, is unpacked
/// in memory.
final class InputFile: Sendable {
  static let packedEnding = ".gz"
  /// A packed file may be so large once it is unpacked, in bytes.
  static let packedLimit = 1 << 28

  let path: String
  let size: Int
  let identity: FileIdentity
  /// -1 where the contents are in memory.
  private let descriptor: Int32
  private let contents: [UInt8]

  /// Whether there is such a file, as it is or packed.
  static func exists(_ path: String) -> Bool {
    Records.exists(path) || Records.exists(path + packedEnding)
  }

  init(_ path: String) throws(RecordError) {
    if !Records.exists(path), Records.exists(path + Self.packedEnding) {
      self.path = path + Self.packedEnding
      let packed = try readFile(self.path, limit: Self.packedLimit)
      let size = min(unpackedSize(gzip: packed), Self.packedLimit)
      // One byte more: of a file that was cut off, any four bytes are the last, and may say too little.
      guard let unpacked = unpacked(gzip: packed, limit: size + 1), unpacked.count == size else {
        throw .malformed(path: self.path, line: nil, reason: "it is damaged or cut off (gzip)")
      }
      contents = unpacked
      descriptor = -1
      self.size = size
      identity = FileIdentity(device: 0, number: 0)
      return
    }
    self.path = path
    contents = []
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .lastSystemError("read", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .malformed(path: path, line: nil, reason: "this is not a file")
    }
    size = Int(status.st_size)
    identity = FileIdentity(
      device: UInt64(truncatingIfNeeded: status.st_dev),
      number: UInt64(truncatingIfNeeded: status.st_ino))
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends as many bytes as asked for, or those there are.
  func read(_ count: Int, at offset: Int, into bytes: inout [UInt8]) throws(RecordError) {
    guard descriptor >= 0 else {
      bytes += contents[min(offset, size)..<min(offset + count, size)]
      return
    }
    do {
      bytes += try Platform.bytes(count) { (buffer) throws(SystemError) in
        try readFully(descriptor, at: offset, into: buffer)
      }
    } catch {
      throw .system(action: "read", path: path, reason: "\(error)")
    }
  }
}

/// Reads the rows of a table one after another, a part of the file at a time. Every fault names the file
/// and the line.
struct RowReader<Row: RecordRow> {
  let file: InputFile
  /// What was read and not yet parsed begins at `position`.
  private var bytes: [UInt8] = []
  private var position = 0
  /// Where in the file the next bytes are.
  private var offset: Int
  private let end: Int
  /// Whether the last line may be cut off, as that of a table that grows.
  private let isGrowing: Bool
  private let known = KnownPlaces()
  /// Lines read so far, with the header.
  private(set) var line: Int

  /// In the file, where the next row begins.
  var rowOffset: Int { offset - (bytes.count - position) }

  /// The whole table, behind its header, which is checked.
  init(_ path: String, isGrowing: Bool = false) throws(RecordError) {
    let file = try InputFile(path)
    self.file = file
    self.isGrowing = isGrowing
    offset = 0
    end = file.size
    line = 0
    guard let range = try nextLine() else {
      if isGrowing { return }
      throw .malformed(path: path, line: nil, reason: "the last line is incomplete")
    }
    let header = Row.columns.joined(separator: ",")
    guard header.utf8.elementsEqual(bytes[range]) else {
      throw .malformed(path: path, line: 1, reason: "the header should be “\(header)”")
    }
  }

  /// The lines between two places of a file that was read before.
  init(_ file: InputFile, in range: Range<Int>) {
    self.file = file
    offset = range.lowerBound
    end = range.upperBound
    isGrowing = false
    line = 0
  }

  /// What is behind a place of a file that grows, where a row begins.
  init(growing file: InputFile, from offset: Int) {
    self.file = file
    self.offset = offset
    end = file.size
    isGrowing = true
    line = 0
  }

  /// The next row; nil behind the last.
  mutating func next() throws(RecordError) -> Row? {
    guard let range = try nextLine() else { return nil }
    do throws(CSVFault) {
      return try bytes.withUnsafeBufferPointer { text throws(CSVFault) -> Row in
        var fields = CSVFields(text, from: range.lowerBound, to: range.upperBound, known: known)
        let row = try Row(&fields)
        try fields.finish()
        return row
      }
    } catch {
      throw fault(error.reason)
    }
  }

  /// A fault in the line read last.
  func fault(_ reason: String) -> RecordError {
    .malformed(path: file.path, line: line, reason: reason)
  }

  /// Where the next line is, without its end; nil behind the last.
  private mutating func nextLine() throws(RecordError) -> Range<Int>? {
    var searched = position
    while true {
      if let stop = lineEnd(from: searched) {
        defer { position = stop + 1 }
        line += 1
        return position..<stop
      }
      searched = bytes.count
      let isAtEnd = offset >= end
      guard !isAtEnd, bytes.count - position < Self.chunk else {
        if isAtEnd, isGrowing || position == bytes.count && (line > 0 || offset > 0) { return nil }
        throw .malformed(
          path: file.path, line: isAtEnd ? nil : line + 1,
          reason: isAtEnd ? "the last line is incomplete" : "the line is too long")
      }
      searched -= position
      bytes.removeFirst(position)
      position = 0
      let before = bytes.count
      try file.read(min(Self.chunk, end - offset), at: offset, into: &bytes)
      guard bytes.count > before else {
        throw .malformed(path: file.path, line: nil, reason: "it became shorter while it was read")
      }
      offset += bytes.count - before
    }
  }

  /// The first line feed from a place on.
  private func lineEnd(from place: Int) -> Int? {
    bytes.withUnsafeBytes { text in
      guard let base = text.baseAddress, place < text.count,
        let found = memchr(base + place, 0x0a, text.count - place)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  private static var chunk: Int { 1 << 18 }
}
