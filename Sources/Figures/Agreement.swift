import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// How alike the gradients of images are in twins, before their training and after it.
  static let agreement = Figure(
    "agreement",
    summary: "The cosine between gradients of different images, by layer and along a walk.",
    from: .experiment(.shattering), width: 1300, height: 470
  ) { runs in
    let networks = runs.groups.compactMap(AgreementProfile.init).filter { !$0.isOnLine }
    let groups = networks.map(\.group)
    let shown = Comparison(groups.flatMap(\.records), command: runs.command)
    let walks = networks.first?.walk(at: 0).first?.count ?? 0
    func next(_ profile: AgreementProfile, _ step: Int) -> String {
      fixed(profile.walk(at: step).first?.cosine ?? .nan, places: 2)
    }
    let deepest = networks.filter {
      $0.group.depth == shown.greatestDepth
        && $0.group.first.run.configuration?.network.normalization == .batch
    }
    let lost = networks.filter { profile in
      profile.steps.last.map { profile.walk(at: $0) }?.first?.cosine.isNaN ?? false
    }.map(\.group.name)
    let outcome =
      "Between an image and the next on a walk, the cosine is "
      + sentenceList(
        deepest.map { profile in
          "\(next(profile, profile.steps.first ?? 0)) before and \(next(profile, profile.steps.last ?? 0)) "
            + "after training in \(profile.group.name)"
        }) + "."
    func line(
      _ profile: AgreementProfile, _ points: [Point]
    ) -> Mark {
      .line(
        LineMark(
          points, ink: shown.ink(of: profile.group), width: 1.9,
          dash: shown.dash(of: profile.group, among: groups), series: profile.group.name))
    }
    let depth = Double(shown.greatestDepth)
    func layers(_ title: String, _ isFirst: Bool, _ step: (AgreementProfile) -> Int?) -> Panel {
      Panel(
        title: "\(title)",
        x: Axis("layer", domain: 0...depth, isWhole: true),
        y: Axis(isFirst ? "cosine" : "", domain: -0.1...1, isLabelled: isFirst),
        marks: [.rule(RuleMark(.atY, 0))]
          + networks.map { profile in
            line(
              profile,
              step(profile).map { profile.layers(.sameClass, at: $0) }?.map {
                Point(Double($0.layerIndex), $0.cosine)
              } ?? [])
          })
    }
    let longest = networks.first?.walk(at: 0).map(\.lag).max() ?? 64
    func walk(_ title: String, _ step: (AgreementProfile) -> Int?) -> Panel {
      Panel(
        title: title,
        x: Axis("steps apart", .logarithmic, domain: 1...Double(longest), isWhole: true),
        y: Axis("", domain: -0.1...1, isLabelled: false),
        marks: [.rule(RuleMark(.atY, 0))]
          + networks.map { profile in
            line(
              profile,
              step(profile).map { profile.walk(at: $0) }?.map {
                Point(Double($0.lag), $0.cosine)
              } ?? [])
          })
    }
    return Chart(
      title: "Do the gradients of neighbouring images agree?", subtitle: outcome,
      caption: shown.caption(
        "Left: mean cosine of ∂loss/∂output of a layer between images of one class in a mini-batch. Right: of "
          + "∂logit/∂image between images of a walk from one image to another in as many steps as a mini-batch "
          + "has images; mean of \(counted(walks, "walk")). Normalized by the statistics of eight mini-batches, as constants.",
        lost.isEmpty
          ? "" : "\(capitalized(sentenceList(lost))) diverged and has no lines after training."),
      alternativeText:
        "Four panels: the cosine between gradients of images of one class against the layer, and of "
        + "images on a walk against their distance, each before and after training, of "
        + "\(sentenceList(groups.map(\.name))). \(outcome)",
      panels: [
        [
          layers("one class, before training", true) { $0.steps.first },
          layers("one class, after training", false) { $0.steps.last },
          walk("on a walk, before") { $0.steps.first },
          walk("on a walk, after") { $0.steps.last },
        ]
      ], legend: shown.legend(of: groups))
  }
}
