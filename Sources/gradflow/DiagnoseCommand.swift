import ArgumentParser
import Findings
import Records

struct DiagnoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Says what the gradients of runs tell of their health, and what to try.",
    discussion: """
      Which layers vanish, explode, are dead, hardly move or thrash, since when and until when, what \
      usually causes it and what to try first. Of what lasts for fewer than three recorded steps nothing \
      is said, unless it is not finite. A run under way is judged by what there is of it.
      """)

  @Argument(
    help: ArgumentHelp("Folders of records, of any program, finished or not.", valueName: "dir"))
  var runs: [String]

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let folders = try runFolders(runs)
    var reports: [Report] = []
    var damaged: [RecordError] = []
    for folder in folders {
      do throws(RecordError) {
        reports.append(Report(folder: folder, record: try folder.record()))
      } catch {
        damaged.append(error)
      }
    }
    if reports.isEmpty { return try complain(of: damaged) }
    if json {
      print(try encoded(reports.map(\.told)))
    } else {
      print(reports.map(\.text).joined(separator: "\n\n"))
    }
    try complain(of: damaged)
  }
}

/// What is said of one run.
private struct Report {
  let folder: RunFolder
  let record: RunRecord
  let examination: Examination

  init(folder: RunFolder, record: RunRecord) {
    self.folder = folder
    self.record = record
    examination = Examination(record)
  }

  var text: String {
    examination.text(of: record, named: folder.name, isGrowing: folder.isGrowing)
  }

  /// The same for programs.
  var told: Told {
    Told(
      run: folder.name, path: folder.path, name: record.run.subject.name,
      isGrowing: folder.isGrowing,
      verdict: examination.verdict,
      isHealthy: examination.present.isEmpty && examination.stepCount > 0,
      reason: examination.symptoms.isEmpty && examination.stepCount > 0 ? examination.reason : nil,
      symptoms: examination.symptoms.map { symptom in
        Told.Symptom(
          kind: symptom.kind.rawValue, layers: symptom.layers, layerCount: symptom.layerCount,
          firstStep: symptom.firstStep, lastStep: symptom.lastStep, overSince: symptom.overSince,
          evidence: symptom.evidence, threshold: symptom.kind.threshold,
          cause: symptom.kind.cause,
          advice: symptom.kind.advice(to: record.run).map {
            Told.Advice(
              text: $0.text, lesson: $0.lesson.map { "notebooks-md/\($0.fileName)" })
          })
      })
  }
}

/// The keys of `--json`; what there is none of has no key.
private struct Told: Encodable {
  struct Symptom: Encodable {
    let kind: String
    let layers: [String]
    let layerCount: Int
    let firstStep: Int
    let lastStep: Int
    let overSince: Int?
    let evidence: String
    let threshold: String
    let cause: String
    let advice: [Advice]
  }

  struct Advice: Encodable {
    let text: String
    let lesson: String?
  }

  let run: String
  let path: String
  let name: String
  let isGrowing: Bool
  let verdict: String
  let isHealthy: Bool
  let reason: String?
  let symptoms: [Symptom]
}
