import Platform

/// A page in which runs can be looked at from every side: one file that asks for no other.
package struct Page {
  /// What it is about.
  package var title: String
  /// What its runs are to find out, a sentence; nothing where that is not known.
  package var question: String
  /// Where the records come from, a sentence.
  package var origin: String
  /// What is shown where no script runs.
  package var stills: [Still]

  /// A figure as it is drawn on paper.
  package struct Still: Sendable {
    /// For those who do not see it.
    package let alternativeText: String
    package let svg: [UInt8]

    package init(alternativeText: String, svg: [UInt8]) {
      self.alternativeText = alternativeText
      self.svg = svg
    }
  }

  package init(title: String, question: String = "", origin: String = "", stills: [Still] = []) {
    self.title = title
    self.question = question
    self.origin = origin
    self.stills = stills
  }

  /// The page with its runs in it.
  package func html(showing runs: PackedRuns) -> [UInt8] {
    html(
      records: base64(runs.bytes),
      policy:
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:")
  }

  /// The page that a server shows, which asks that server for runs.
  ///
  /// - Parameters:
  ///   - token: What it has to bring where it changes something.
  ///   - images: Those that networks learn from in the playground; nil where there is none.
  func html(servedWith token: String, playingWith images: String?) -> [UInt8] {
    html(
      records: "",
      policy: "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
        + "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'",
      served: Words.Served(token: token, play: images.map { Words.Play(images: $0) }))
  }

  private func html(
    records: String, policy: String, served: Words.Served? = nil
  ) -> [UInt8] {
    let words = Words(palette: Palette(), symptoms: SymptomWords.all, served: served)
    let fillings = [
      "policy": policy, "title": escaped(title), "question": escaped(question),
      "origin": escaped(origin), "palette": Palette.styleSheet, "style": Source.style,
      "script": Source.script(isServed: served != nil),
      "stills": stills.map(\.html).joined(separator: "\n"),
      "records": records,
      // A script in a page ends where a tag begins that ends it, wherever that is.
      "words": String(decoding: encoded(words), as: UTF8.self).replacing("<", with: "\\u003c"),
    ]
    // What is filled in has braces of its own: each place is looked for in the template alone.
    var page: [UInt8] = []
    for (index, part) in Source.template.split(separator: "{{").enumerated() {
      let pieces = part.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
      guard index > 0, pieces.count == 2, let filling = fillings[String(pieces[0])] else {
        precondition(index == 0, "nothing is known to be put at \(pieces[0])")
        page += Array(part.utf8)
        continue
      }
      page += Array(filling.utf8) + Array(pieces[1].utf8)
    }
    return page
  }

  private struct Words: Encodable {
    let palette: Palette
    let symptoms: [String: SymptomWords]
    /// Of pages that a server shows.
    let served: Served?

    struct Served: Encodable {
      let token: String
      /// Of those that train networks.
      let play: Play?
    }

    struct Play: Encodable {
      let images: String
      let stories = PlayStory.all
    }
  }
}

extension Page.Still {
  fileprivate var html: String {
    "<figure><img alt=\"\(escaped(alternativeText))\" src=\"data:image/svg+xml;base64,\(base64(svg))\"></figure>"
  }
}

/// The sources of the page, which are in `Page/`.
private enum Source {
  static let template = text("page.html")
  static let style = text("style.css")

  /// The modules, those that others import before them; `servedModules` are for pages of a server alone.
  private static let modules = [
    "numbers", "scales", "records", "quantities", "store", "dom", "paper", "colors", "plot",
    "timebar", "networks", "profiles", "heatmaps", "curves", "doctor", "layerpage", "predict",
    "chooser", "theme",
  ]
  private static let servedModules = ["live", "play"]

  /// All modules as one, since a page that is opened as a file can import none: what they say of importing
  /// and exporting is left out, and names that a module does not export are no others' either.
  static func script(isServed: Bool) -> String {
    (modules + (isServed ? servedModules : []) + ["main"]).map(joined).joined(separator: "\n")
  }

  private static func joined(_ module: String) -> String {
    text("\(module).js").split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !isImport($0) }
      .map { $0.hasPrefix("export ") ? $0.dropFirst(7) : $0 }
      .joined(separator: "\n")
  }

  private static func isImport(_ line: Substring) -> Bool {
    line.hasPrefix("import ") && line.hasSuffix(";")
  }

  private static func text(_ name: String) -> String {
    String(decoding: carriedFile(name), as: UTF8.self)
  }
}

/// Text in which nothing is a tag.
func escaped(_ text: String) -> String {
  text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    .replacing("\"", with: "&quot;")
}
