import Experiments
import Foundation
import SampleRecords
import Testing

@testable import Explorer

@Suite("The page as one file")
struct PageTests {
  private let runs = PackedRuns([
    ExploredRun(name: "one", record: madeUpRecord(sampleConfiguration()))
  ])

  private func html(_ page: Page) -> String {
    String(decoding: page.html(showing: runs), as: UTF8.self)
  }

  private func content(of tag: String, in html: String) throws -> String {
    let start = try #require(html.range(of: tag)).upperBound
    let end = try #require(html.range(of: "</", range: start..<html.endIndex)).lowerBound
    return String(html[start..<end])
  }

  @Test("its parts are filled in, and nothing in them is taken for a part or a tag")
  func parts() throws {
    let title = "{{records}} </script><script>alert(1)</script> & \"more\""
    let page = html(
      Page(
        title: title, question: title, origin: title,
        stills: [
          Page.Still(alternativeText: title, svg: Array("<svg>{{title}}</svg>".utf8))
        ]))
    #expect(!page.contains("alert(1)</script>"))
    #expect(page.contains("<title>{{records}} &lt;/script&gt;&lt;script&gt;alert(1)"))
    #expect(page.components(separatedBy: "<script").count == 4)
    #expect(page.components(separatedBy: "</script>").count == 4)
    let records = try content(of: "id=\"records\">", in: page)
    #expect(Data(base64Encoded: records).map(Array.init) == runs.bytes)
    let words = try content(of: "id=\"words\">", in: page)
    let read = try JSONSerialization.jsonObject(with: Data(words.utf8)) as? [String: Any]
    #expect(read?["palette"] != nil && read?["symptoms"] != nil && read?["served"] == nil)
  }

  @Test("a saved page may ask for nothing, a served one for its own server alone")
  func policy() {
    let saved = html(Page(title: "t"))
    #expect(saved.contains("default-src 'none'") && !saved.contains("connect-src"))
    let served = String(
      decoding: Page(title: "t").html(servedWith: "f00d", playingWith: "synthetic"), as: UTF8.self)
    #expect(served.contains("connect-src 'self'") && served.contains("\"token\":\"f00d\""))
    for story in PlayStory.all { #expect(served.contains(story.title)) }
    // Addresses in it are those of namespaces.
    let addresses = saved.components(separatedBy: "http").dropFirst()
      .filter { $0.hasPrefix("://") || $0.hasPrefix("s://") }
    #expect(
      addresses.allSatisfy { $0.hasPrefix("://www.w3.org/") }, "\(addresses.map { $0.prefix(40) })")
  }

  @Test("modules that become one script share no names, and none is imported before it is there")
  func modules() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Explorer/Page")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".js") }
    let script = String(
      decoding: Page(title: "t").html(servedWith: "", playingWith: "synthetic"), as: UTF8.self)
    let declaration = /^(?:export )?(?:async )?(?:const|let|class|function\*?) (?:\[(.+)\]|(\w+))/
    var names: [String: String] = [:]
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      let place = try #require(
        script.range(of: text.split(separator: "\n")[0]), "\(file) is not there")
      for line in text.split(separator: "\n") {
        if let match = line.firstMatch(of: declaration) {
          let found = (match.1 ?? match.2 ?? "").split(separator: ", ")
          for name in found {
            #expect(
              names[String(name)] == nil, "\(name) is in \(file) and \(names[String(name)] ?? "")")
            names[String(name)] = file
          }
        }
        guard line.hasPrefix("import "), let other = line.firstMatch(of: /"\.\/(\w+\.js)";$/) else {
          #expect(!line.hasPrefix("import "), "\(file): \(line) spans lines")
          continue
        }
        let imported = try String(
          contentsOf: folder.appendingPathComponent(String(other.1)), encoding: .utf8)
        let first = try #require(script.range(of: imported.split(separator: "\n")[0]))
        // Functions may be used before they are written, classes and constants not.
        #expect(first.lowerBound < place.lowerBound || file != "main.js", "\(file): \(line)")
      }
    }
    #expect(files.count > 15 && names.count > 60)
    #expect(!html(Page(title: "t")).contains("class Play "))
    #expect(!script.contains("\nexport ") && !script.contains("\nimport "))
  }

  @Test("colours of light and dark pages, and of paper, are all there")
  func colors() {
    let page = html(Page(title: "t"))
    for name in ["--plain:", "--residual:", "--background:", "--foreground:", "--grid:"] {
      #expect(page.components(separatedBy: name).count == 5, "\(name)")
    }
  }
}
