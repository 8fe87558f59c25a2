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

/// The sources of the page.
private enum Source {
  static let template = text(PackageResources.page_html)
  static let style = text(PackageResources.style_css)

  /// The modules, those that others import before them; `servedModules` are for pages of a server alone.
  private static let modules = [
    PackageResources.numbers_js, PackageResources.scales_js, PackageResources.records_js,
    PackageResources.quantities_js, PackageResources.store_js, PackageResources.dom_js,
    PackageResources.paper_js,
    PackageResources.colors_js, PackageResources.plot_js, PackageResources.timebar_js,
    PackageResources.networks_js, PackageResources.profiles_js, PackageResources.heatmaps_js,
    PackageResources.curves_js, PackageResources.doctor_js, PackageResources.layerpage_js,
    PackageResources.predict_js, PackageResources.chooser_js, PackageResources.theme_js,
  ]
  private static let servedModules = [PackageResources.live_js, PackageResources.play_js]

  /// All modules as one, since a page that is opened as a file can import none: what they say of importing
  /// and exporting is left out, and names that a module does not export are no others' either.
  static func script(isServed: Bool) -> String {
    (modules + (isServed ? servedModules : []) + [PackageResources.main_js]).map(joined)
      .joined(separator: "\n")
  }

  private static func joined(_ module: [UInt8]) -> String {
    text(module).split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !isImport($0) }
      .map { $0.hasPrefix("export ") ? $0.dropFirst(7) : $0 }
      .joined(separator: "\n")
  }

  private static func isImport(_ line: Substring) -> Bool {
    line.hasPrefix("import ") && line.hasSuffix(";")
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Text in which nothing is a tag.
func escaped(_ text: String) -> String {
  text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    .replacing("\"", with: "&quot;")
}
