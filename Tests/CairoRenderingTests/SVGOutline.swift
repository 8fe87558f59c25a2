import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An SVG as an XML parser sees it.
final class SVGOutline: NSObject, XMLParserDelegate {
  var rootAttributes: [String: String] = [:]
  var texts: [String: String] = [:]
  var identifiers: Set<String> = []
  var references: Set<String> = []
  private var path: [String] = []

  init(_ bytes: [UInt8]) throws {
    super.init()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if path.isEmpty { rootAttributes = attributes }
    path.append(name)
    if let identifier = attributes["id"] { identifiers.insert(identifier) }
    for (key, value) in attributes where key == "xlink:href" || value.hasPrefix("url(") {
      for match in value.matches(of: #/#([\w-]+)/#) { references.insert(String(match.1)) }
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    path.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let element = path.last { texts[element, default: ""] += text }
  }
}
