// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A Swift module of this package.
func module(_ name: String, imports dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of a module.
func tests(
  _ module: String, imports dependencies: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: "\(module)Tests", dependencies: [.byName(name: module)] + dependencies,
    resources: resources, swiftSettings: settings)
}

/// What tests of several modules share.
func shared(_ name: String, imports dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

/// Logarithms, powers and angles.
let real = Target.Dependency.product(name: "RealModule", package: "swift-numerics")

let package = Package(
  name: "gradflow",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "gradflow", targets: ["gradflow"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  // In the order in which data passes through them.
  targets: [
    .systemLibrary(
      name: "CCairo",
      providers: [.apt(["libcairo2-dev", "libpango1.0-dev"]), .brew(["cairo", "pango"])]),
    // Loops over memory, which nobody debugs and everybody waits for: tests compute with what users have.
    .target(
      name: "COneDNN", exclude: ["Design.md"],
      cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))],
      linkerSettings: [.linkedLibrary("dnnl")]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CGLib", pkgConfig: "glib-2.0", providers: [.apt(["libglib2.0-dev"]), .brew(["glib"])]),
    .target(name: "CFiles", exclude: ["Design.md"]),
    .target(name: "CMPI", exclude: ["Design.md"]),
    module("Platform", imports: ["CFiles", "CZlib"]),
    module("Essentials"),
    module("Wording", imports: [real]),
    module("Randomness", imports: [real]),
    module("Experiments", imports: ["Essentials", "Wording", real]),
    module("Architectures", imports: ["Experiments"]),
    module(
      "ExperimentFiles",
      imports: [
        "Experiments", "Architectures", "Platform", "Wording",
        .product(name: "Yams", package: "Yams"),
      ]),
    module(
      "Datasets",
      imports: ["Randomness", "Experiments", "Platform", "Wording", "CGLib", real]),
    module("Collective", imports: ["CMPI", "Platform"]),
    module("Tensors", imports: ["COneDNN", "Platform", real]),
    module("Networks", imports: ["Tensors", "Randomness", "Architectures", "Experiments"]),
    module(
      "Training",
      imports: [
        "Networks", "Architectures", "Datasets", "Tensors", "Collective", "Randomness", "Records",
        "Experiments", "Platform",
      ]),
    module(
      "Records", imports: ["Experiments", "Architectures", "Platform", "Essentials", real]),
    module("Findings", imports: ["Records", "Experiments", "Wording", real]),
    module("Export", imports: ["Records", "Experiments", real]),
    module("Slurm", imports: ["Records", "Platform", "Essentials"]),
    .target(
      name: "Explorer",
      dependencies: [
        "Charts", "Findings", "Records", "Experiments", "Platform", "Essentials", "Wording",
        "CZlib",
        real, .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      exclude: ["Page"], swiftSettings: settings),
    module("Charts", imports: ["Wording", real]),
    module("CairoRendering", imports: ["CCairo", "CGLib", "CZlib", "Charts", "Wording"]),
    module(
      "Figures",
      imports: ["Charts", "Findings", "Records", "Architectures", "Experiments", "Wording", real]),
    module(
      "Lessons",
      imports: [
        "Figures", "Charts", "Findings", "Records", "Architectures", "Experiments", "Essentials",
        "Wording",
      ]),
    .executableTarget(
      name: "gradflow",
      dependencies: [
        "Experiments", "Architectures", "ExperimentFiles", "Randomness", "Tensors", "Networks",
        "Datasets", "Records", "Collective", "Training", "Findings", "Export", "Slurm", "Explorer",
        "Charts",
        "CairoRendering", "Figures", "Lessons", "Platform", "Essentials", "Wording",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Design.md", "Recorder"], swiftSettings: settings),
    shared("SampleRecords", imports: ["Records", "Architectures", "Experiments"]),
    shared("PixelReading", imports: ["CCairo"]),
    shared("LocalServer"),
    shared("ThreadedRanks", imports: ["Collective"]),
    tests("Platform"),
    tests("Wording"),
    tests("Randomness"),
    tests("Experiments"),
    tests("Architectures", imports: ["Experiments"]),
    tests("ExperimentFiles", imports: ["Randomness", "Experiments", "Architectures"]),
    tests("Collective", imports: ["ThreadedRanks", "Randomness"]),
    tests("Tensors", imports: ["Randomness"]),
    tests(
      "Networks", imports: ["Tensors", "Randomness", "Architectures", "Experiments"],
      resources: [.copy("Fixtures")]),
    tests("Datasets", imports: ["LocalServer", "Randomness", "Experiments"]),
    tests("Records", imports: ["SampleRecords", "Randomness", "Experiments"]),
    tests(
      "Training",
      imports: [
        "ThreadedRanks", "Networks", "Architectures", "Datasets", "Tensors", "Collective",
        "Randomness", "Records", "Findings", "Experiments",
      ]),
    tests("Findings", imports: ["SampleRecords", "Randomness", "Records", "Experiments"]),
    tests("Export", imports: ["SampleRecords", "Records", "Experiments"]),
    tests("Slurm", imports: ["Records"]),
    tests(
      "Explorer",
      imports: [
        "SampleRecords", "Charts", "Findings", "Records", "Architectures", "Experiments",
        "ExperimentFiles", "Wording", "CZlib",
      ], resources: [.copy("Fixtures")]),
    tests("Charts", imports: ["Randomness"]),
    tests("CairoRendering", imports: ["PixelReading", "Charts"]),
    tests(
      "Figures",
      imports: [
        "Charts", "CairoRendering", "Findings", "Records", "Architectures", "Experiments",
      ]),
    tests(
      "Lessons", imports: ["SampleRecords", "Findings", "Records", "Randomness", "Experiments"]),
    tests(
      "gradflow",
      imports: [
        "SampleRecords", "PixelReading", "LocalServer", "Architectures", "CairoRendering",
        "Collective", "Experiments", "Explorer", "Figures", "Findings", "Records",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
