/// TensorBoard's file of events, as TensorFlow's `record_writer.cc` and `event.proto` describe it.
enum EventFile {
  /// What every file begins with.
  static var beginning: [UInt8] {
    var event = Message()
    event.add(1, 0.0)
    event.add(3, "brain.Event:2")
    return record(event)
  }

  /// The values of one step, by their tags. Its time is the step in seconds, so that equal records are equal
  /// bytes.
  static func event(step: Int, _ values: [(tag: String, value: Float)]) -> [UInt8] {
    var summary = Message()
    for (tag, value) in values {
      var entry = Message()
      entry.add(1, tag)
      entry.add(2, value)
      summary.add(1, entry)
    }
    var event = Message()
    event.add(1, Double(step))
    event.add(2, step)
    event.add(5, summary)
    return record(event)
  }

  /// The length, its check, the message, and its check.
  private static func record(_ event: Message) -> [UInt8] {
    let length = littleEndian(UInt64(event.bytes.count))
    return length + littleEndian(maskedCRC32C(length)) + event.bytes
      + littleEndian(maskedCRC32C(event.bytes))
  }
}
