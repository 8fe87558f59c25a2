import Charts
import Experiments
import Figures
import Findings
import Records
import Wording

/// A page of all figures of an output folder: each with its caption, its text for those who do not see
/// it, its numbers, and what the gradients of its runs say.
struct Gallery {
  private var sections: [Section] = []

  private struct Section {
    let title: String
    let text: String
    let figures: [FigureDrawing.Drawn]
    let runs: Comparison?
  }

  /// Adds the figures of an experiment.
  mutating func add(_ figures: [FigureDrawing.Drawn], of finished: FinishedRuns) {
    let name = finished.experiment.name
    let isSecond = sections.contains { $0.title == name }
    let missing = finished.missing
    let text = [
      finished.experiment.question, "Budget: \(finished.budget.rawValue).",
      finished.experiment.plan(at: finished.budget)?.shows ?? "",
      missing == 0
        ? "" : "\(counted(missing, "run")) of it \(missing == 1 ? "is" : "are") to come.",
    ]
    sections.append(
      Section(
        title: name + (isSecond ? ", \(finished.budget.rawValue)" : ""),
        text: text.filter { !$0.isEmpty }.joined(separator: " "), figures: figures,
        runs: finished.comparison))
  }

  /// Adds the figures of runs that other programs recorded.
  mutating func add(
    _ figures: [FigureDrawing.Drawn], of recordings: Recordings, _ runs: Comparison
  ) {
    sections.append(
      Section(title: recordings.name, text: recordings.question, figures: figures, runs: runs))
  }

  /// Adds those that need no records.
  mutating func add(structures figures: [FigureDrawing.Drawn]) {
    sections.append(
      Section(
        title: "Structures", text: "Networks as they are, untrained.", figures: figures, runs: nil))
  }

  /// The paths of the files of all figures.
  var paths: [String] { sections.flatMap(\.figures).flatMap(\.paths) }

  /// The page, in Markdown.
  var text: String {
    let head = """
      # Gallery

      Every figure that these records make. `gradflow draw` draws them again, and writes this page;
      each command below makes its records again. The numbers of a figure are in the table beside it.

      """
    return ([head] + sections.map(text)).joined(separator: "\n")
  }

  private func text(_ section: Section) -> String {
    let diagnoses = section.runs.map { "\(doctor($0.records))\n" } ?? ""
    return "## \(section.title)\n\n\(section.text)\n\n"
      + section.figures.map(text).joined(separator: "\n") + diagnoses
  }

  private func text(_ figure: FigureDrawing.Drawn) -> String {
    let table = figure.hasTable ? " Data: [CSV](figures/\(figure.name).csv)." : ""
    let picture = figure.picture
    return """
      ### \(figure.name)

      ![\(escapedMarkdown(picture.alternativeText))](figures/\(figure.name).png)

      **\(escapedMarkdown(picture.titleSentence))** \(escapedMarkdown(picture.subtitle)) *\(escapedMarkdown(picture.caption))*\(table)

      """
  }

  /// The gradient doctor's line for every run: at its ends, and over all of it.
  private func doctor(_ records: [RunRecord]) -> String {
    let names = records.names
    let rows = zip(names, records).map { name, record in
      let moments = [record.gradientSteps.first, record.gradientSteps.last]
      let words = moments.map { step -> String in
        guard let diagnosis = step.flatMap({ record.diagnosis(at: $0) }) else { return "–" }
        return
          "\(diagnosis.verdict.rawValue): \(rounded(diagnosis.ratio)); \(diagnosis.reason)"
      }
      let whole = Examination(record)
      let past = whole.symptoms.filter { $0.overSince != nil }.map { symptom in
        "\(symptom.kind.rawValue) \(symptom.time)"
      }
      let story = ([whole.verdict] + past).joined(separator: "; ")
      return "| \(name) | \(words.joined(separator: " | ")) | \(story) |"
    }
    return """

      <details><summary>Gradient doctor: first ÷ last weight gradient, without the classifier’s</summary>

      | run | at the first step | at the end | over the training |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))

      </details>
      """
  }
}
