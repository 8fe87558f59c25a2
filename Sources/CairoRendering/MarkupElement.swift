import CGLib

/// An element of XML without the text in it, of which Cairo's drawings have none.
struct MarkupElement: Hashable {
  var name: String
  var attributes: [Attribute]
  var children: [MarkupElement] = []

  struct Attribute: Hashable {
    var name: String
    var value: String
  }

  subscript(name: String) -> String? {
    attributes.first { $0.name == name }?.value
  }
}

extension MarkupElement {
  /// Reads the outermost element of a document with GLib's parser.
  init(parsing bytes: [UInt8]) throws(RenderingError) {
    let reader = MarkupReader()
    var parser = GMarkupParser()
    parser.start_element = { _, name, names, values, reader, _ in
      MarkupReader.at(reader).begin(name, names, values)
    }
    parser.end_element = { _, _, reader, _ in MarkupReader.at(reader).end() }
    let user = Unmanaged.passUnretained(reader).toOpaque()
    let context = g_markup_parse_context_new(&parser, GMarkupParseFlags(rawValue: 0), user, nil)
    defer { g_markup_parse_context_free(context) }
    let isRead = bytes.withUnsafeBytes { buffer in
      g_markup_parse_context_parse(
        context, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, nil) != 0
    }
    guard isRead, let root = reader.root else { throw .cairo("its SVG is no XML") }
    self = root
  }

  /// The element as text.
  func write(to text: inout String) {
    text += "<\(name)"
    for attribute in attributes { text += " \(attribute.name)=\"\(escaped(attribute.value))\"" }
    guard !children.isEmpty else {
      text += "/>"
      return
    }
    text += ">"
    for child in children { child.write(to: &text) }
    text += "</\(name)>"
  }
}

/// The elements that are open while a document is read.
private final class MarkupReader {
  private var open: [MarkupElement] = []
  private(set) var root: MarkupElement?

  static func at(_ pointer: UnsafeMutableRawPointer?) -> MarkupReader {
    guard let pointer else { preconditionFailure("a parser without its reader") }
    return Unmanaged<MarkupReader>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Names and values are C strings, the last of each nil.
  func begin(
    _ name: UnsafePointer<CChar>?, _ names: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ values: UnsafeMutablePointer<UnsafePointer<CChar>?>?
  ) {
    var attributes: [MarkupElement.Attribute] = []
    while let key = names?[attributes.count], let value = values?[attributes.count] {
      attributes.append(
        MarkupElement.Attribute(name: String(cString: key), value: String(cString: value)))
    }
    open.append(
      MarkupElement(name: name.map { String(cString: $0) } ?? "", attributes: attributes))
  }

  func end() {
    guard let element = open.popLast() else { return }
    if open.isEmpty {
      root = element
    } else {
      open[open.count - 1].children.append(element)
    }
  }
}

/// Text as the contents of an XML element or attribute. Control characters, which XML forbids, are left
/// out.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "&": result += "&amp;"
    case "\"": result += "&quot;"
    case "\n", "\t": result += " "
    case _ where scalar.value < 0x20 || (0xfffe...0xffff).contains(scalar.value): break
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
