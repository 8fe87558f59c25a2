package import Experiments

/// Where a data set is published, and how its files are recognized.
package struct Publication: Sendable {
  package let dataset: DatasetConfiguration.Name
  /// The files to fetch.
  package let downloads: [Download]
  /// The files that are read, unpacked.
  package let contents: [Content]

  package struct Download: Sendable {
    package let name: String
    package let url: String
    package let bytes: Int
    /// In hexadecimal.
    package let sha256: String
    /// Whether it is a packed archive of the contents; otherwise it is kept as it is.
    package let isArchive: Bool
  }

  package struct Content: Sendable {
    package let name: String
    package let bytes: Int
    /// In hexadecimal, of the unpacked file.
    package let sha256: String
  }

  /// How the folder of the data set is called beside others.
  package var folder: String { dataset.rawValue }

  /// The publication of a data set; nil where there is nothing to fetch.
  package static func of(_ dataset: DatasetConfiguration.Name) -> Publication? {
    switch dataset {
    case .fashionMNIST: fashionMNIST
    case .cifar10: cifar10
    case .synthetic, .line: nil
    }
  }

  /// Xiao, Rasul and Vollgraf 2017, from the authors' address.
  private static let fashionMNIST = Publication(
    dataset: .fashionMNIST,
    downloads: [
      fashion(
        "train-images-idx3-ubyte.gz", 26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
      fashion(
        "train-labels-idx1-ubyte.gz", 29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
      fashion(
        "t10k-images-idx3-ubyte.gz", 4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
      fashion(
        "t10k-labels-idx1-ubyte.gz", 5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ],
    contents: [
      Content(
        name: "train-images-idx3-ubyte", bytes: 47_040_016,
        sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
      Content(
        name: "train-labels-idx1-ubyte", bytes: 60_008,
        sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
      Content(
        name: "t10k-images-idx3-ubyte", bytes: 7_840_016,
        sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
      Content(
        name: "t10k-labels-idx1-ubyte", bytes: 10_008,
        sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    ])

  private static func fashion(_ name: String, _ bytes: Int, _ sha256: String) -> Download {
    Download(
      name: name, url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/\(name)",
      bytes: bytes, sha256: sha256, isArchive: false)
  }

  /// Krizhevsky 2009, from the author's address.
  private static let cifar10 = Publication(
    dataset: .cifar10,
    downloads: [
      Download(
        name: "cifar-10-binary.tar.gz",
        url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", bytes: 170_052_171,
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        isArchive: true)
    ],
    contents: [
      batch(
        "data_batch_1", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
      batch(
        "data_batch_2", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
      batch(
        "data_batch_3", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
      batch(
        "data_batch_4", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
      batch(
        "data_batch_5", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
      batch("test_batch", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
    ])

  private static func batch(_ name: String, _ sha256: String) -> Content {
    Content(name: "\(name).bin", bytes: 30_730_000, sha256: sha256)
  }
}
