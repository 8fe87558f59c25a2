import ArgumentParser
import Datasets
import Experiments
import Platform

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Lists, checks and fetches data sets.",
    subcommands: [List.self, Check.self, Download.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows the data sets, and which are here.")

    @OptionGroup var place: DataOptions

    func run() throws {
      for (name, publication) in publications {
        let found = publication.locate(in: place.data)
        let state = found.map { "in \($0)" } ?? "not here: gradflow data download \(name.rawValue)"
        let size = publication.downloads.reduce(0) { $0 + $1.bytes }
        print("\(name.rawValue)  \(size / 1_000_000) MB to fetch  \(state)")
      }
      print("synthetic  drawn by a formula: --data synthetic")
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compares the files of a data set, or of all, with what was published.")

    @Argument(help: "The data set, as in `gradflow data list`.")
    var name: String?

    @OptionGroup var place: DataOptions

    func run() throws {
      var faults = 0
      for (_, publication) in try name.map({ [try find($0)] }) ?? publications {
        for file in publication.check(in: place.data) {
          switch file.verdict {
          case .right(let path): print("right    \(path)")
          case .wrong(let path, let reason):
            print("wrong    \(path): \(reason)")
            faults += 1
          case .missing:
            print("missing  \(file.name)")
            faults += 1
          }
        }
      }
      if faults > 0 {
        throw Complaint(
          "\(faults) file\(faults == 1 ? " is" : "s are") wrong or missing; `gradflow data download` "
            + "with the name of the data set fetches them.")
      }
    }
  }

  struct Download: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fetches a data set from its authors; a download that was cut off continues.")

    @Argument(help: "The data set, as in `gradflow data list`.")
    var name: String

    @Option(
      help: ArgumentHelp(
        "Another address of its files' folder, or a local folder.", valueName: "url"))
    var from: String?

    @OptionGroup var place: DataOptions

    func run() throws {
      let (_, publication) = try find(name)
      let folder = "\(place.data ?? cacheFolder)/\(publication.folder)"
      let line = StatusLine()
      try publication.fetch(into: folder, from: from) { file, done, total in
        line.show("\(file): \(done / 1_000_000) of \(total / 1_000_000) MB")
      }
      line.clear()
      print("\(name) is in \(folder)")
    }
  }
}

/// Where data sets are.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of data sets. (default: the usual places)", valueName: "dir"))
  var data: String?
}

private var publications: [(DatasetConfiguration.Name, Publication)] {
  DatasetConfiguration.Name.allCases.compactMap { name in
    Publication.of(name).map { (name, $0) }
  }
}

private func find(_ name: String) throws -> (DatasetConfiguration.Name, Publication) {
  if let found = publications.first(where: { $0.0.rawValue == name }) { return found }
  throw Complaint(unknown("data set", name, among: publications.map(\.0.rawValue)))
}
