import Essentials
import Experiments
package import Records

/// An output folder whose runs a page shows.
package struct ShownFolder: Sendable {
  package let store: RecordStore
  /// What the page puts before the names of its runs.
  package let prefix: String

  package init(_ store: RecordStore, prefix: String = "") {
    self.store = store
    self.prefix = prefix
  }

  /// Its runs by what the page calls them.
  func runs() -> [(name: String, folder: RunFolder)] {
    store.folders().map { (prefix + $0.name, $0) }
  }
}

/// Follows all runs under way of some folders, and tells a page what is new: which runs there are, and what
/// has come to those that grow.
struct FolderFollower {
  private let folders: [ShownFolder]
  /// What the page knows of runs already, by their names.
  private var known: [String: RunTail.Offsets]
  private var followers: [String: RunFollower] = [:]
  /// The runs that the page was told of, and whether they were growing.
  private var listed: [String: Bool]?
  private var nextListing = ContinuousClock.now
  private let state: @Sendable () -> String?
  private var toldState: String?

  /// - Parameters:
  ///   - id: That of the last message that the page got, from which it goes on; nil at the beginning.
  ///   - state: What else the page is to know, an object of JSON, told whenever it is another one.
  init(
    _ folders: [ShownFolder], after id: String?, state: @escaping @Sendable () -> String? = { nil }
  ) {
    self.folders = folders
    self.state = state
    known = Self.offsets(in: id)
  }

  /// A message of the stream of events, or none: an id, and a list of what is new.
  mutating func message() -> String? {
    var news: [String] = []
    if ContinuousClock.now >= nextListing {
      nextListing = .now + .milliseconds(500)
      news += list()
    }
    for (name, follower) in followers.sorted(by: { $0.key < $1.key }) {
      var follower = follower
      do throws(RecordError) {
        news += try follower.news()
        followers[name] = follower
      } catch {
        // It has finished, or was begun anew: the next list tells.
        followers[name] = nil
        known[name] = nil
        listed?[name] = nil
        nextListing = .now
      }
    }
    if let told = state(), told != toldState {
      news.append(told)
      toldState = told
    }
    guard !news.isEmpty else { return nil }
    return "id: \(id)\ndata: [\(news.joined(separator: ","))]\n\n"
  }

  /// What has changed about which runs there are.
  private mutating func list() -> [String] {
    var news: [String] = []
    var found: [String: Bool] = [:]
    for (name, folder) in folders.flatMap({ $0.runs() }) {
      found[name] = folder.isGrowing
      guard folder.isGrowing, followers[name] == nil else { continue }
      // What the page has of it, it keeps; otherwise it is told from the beginning.
      guard let follower = try? RunFollower(folder, named: name, from: known[name]) else {
        (found[name], known[name]) = (nil, nil)
        continue
      }
      if known[name] == nil { news.append("{\"run\":\(json(name)),\"begins\":true}") }
      followers[name] = follower
    }
    for (name, _) in followers where found[name] != true {
      followers[name] = nil
      known[name] = nil
    }
    for (name, isGrowing) in (listed ?? [:]).sorted(by: { $0.key < $1.key })
    where found[name] != isGrowing {
      if let isGrowing = found[name] {
        if !isGrowing { news.append("{\"run\":\(json(name)),\"finished\":true}") }
      } else {
        news.append("{\"run\":\(json(name)),\"gone\":true}")
      }
    }
    if let listed {
      for (name, isGrowing) in found.sorted(by: { $0.key < $1.key })
      where listed[name] == nil && !isGrowing {
        news.append("{\"run\":\(json(name)),\"finished\":true}")
      }
    } else {
      // The page compares it with what it has, which may be of before the server was away.
      let names = found.sorted { $0.key < $1.key }.map { "\(json($0)):\($1)" }
      news.append("{\"there\":{\(names.joined(separator: ","))}}")
    }
    listed = found
    return news
  }

  // MARK: - How far the page is

  /// The names of runs and how many bytes of each table were told: `plain-20=310.95.8800.1200.900`.
  private var id: String {
    followers.sorted { $0.key < $1.key }.map { name, follower in
      let offsets = follower.offsets.bytes.map(String.init).joined(separator: ".")
      return "\(escaped(name))=\(offsets)"
    }.joined(separator: "&")
  }

  private func escaped(_ name: String) -> String {
    name.utf8.map { byte in
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
        || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x5f
      let digits = String(byte, radix: 16)
      return isPlain ? String(UnicodeScalar(byte)) : "%\(digits.count < 2 ? "0" : "")\(digits)"
    }.joined()
  }

  private static func offsets(in id: String?) -> [String: RunTail.Offsets] {
    var known: [String: RunTail.Offsets] = [:]
    for part in (id ?? "").split(separator: "&") {
      let words = part.split(separator: "=")
      guard words.count == 2, let name = unescaped(words[0]),
        let offsets = RunTail.Offsets(
          words[1].split(separator: ".").compactMap { Int($0) })
      else { continue }
      known[name] = offsets
    }
    return known
  }

  private static func unescaped(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      guard let code = UInt8(Substring(rest.prefix(2)), radix: 16) else { return nil }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
