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
    let records: FinishedRuns?
    let figures: [FigureDrawing.Drawn]
  }

  /// Adds the figures of an experiment, or those that need no records.
  mutating func add(_ figures: [FigureDrawing.Drawn], of records: FinishedRuns? = nil) {
    sections.append(Section(records: records, figures: figures))
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
    let head =
      section.records.map { records -> String in
        let plan = records.experiment.plan(at: records.budget)
        return """
          ## \(records.experiment.name)

          \(records.experiment.question) Budget: \(records.budget.rawValue). \(plan?.shows ?? "")

          """
      } ?? "## Structures\n\nNetworks as they are, untrained.\n"
    let diagnoses = section.records.map { "\(doctor($0.records))\n" } ?? ""
    return head + "\n" + section.figures.map(text).joined(separator: "\n") + diagnoses
  }

  private func text(_ figure: FigureDrawing.Drawn) -> String {
    let table = figure.hasTable ? " Data: [CSV](figures/\(figure.name).csv)." : ""
    let picture = figure.picture
    return """
      ### \(figure.name)

      ![\(escapedMarkdown(picture.alternativeText))](figures/\(figure.name).png)

      **\(escapedMarkdown(picture.title)).** \(escapedMarkdown(picture.subtitle)) *\(escapedMarkdown(picture.caption))*\(table)

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

      <details><summary>Gradient doctor: first ÷ last convolution’s weight gradient</summary>

      | run | at initialization | at the end | over the training |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))

      </details>
      """
  }
}
