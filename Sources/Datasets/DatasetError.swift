import Wording

/// Why images could not be read: what is wrong, where, and what to do, in one sentence.
package enum DatasetError: Error, Equatable, CustomStringConvertible {
  case missing(file: String, folders: [String], remedy: String)
  case unreadable(path: String, reason: String)
  case malformed(path: String, reason: String)
  case imageSize(wanted: Int, of: Int, possible: [Int])
  case heldOut(images: Int, of: Int)
  case tooFew(setting: String, wanted: Int, of: Int)
  case tooSmall(images: Int, batchSize: Int)

  package var description: String {
    switch self {
    case .missing(let file, let folders, let remedy):
      "\(file) was not found in \(folders.joined(separator: ", ")); \(remedy)."
    case .unreadable(let path, let reason):
      "\(path) cannot be read: \(reason)."
    case .malformed(let path, let reason):
      "\(path) \(reason); replace the file by a fresh copy."
    case .imageSize(let wanted, let side, let possible):
      "Images of \(side)×\(side) pixels cannot be averaged to \(wanted)×\(wanted); choose one of "
        + "\(possible.map(String.init).joined(separator: ", "))."
    case .heldOut(let images, let all):
      "\(images) of \(all) training images cannot be held out; hold out fewer, so that some are left to "
        + "learn from."
    case .tooFew(let setting, let wanted, let all):
      "dataset.\(setting) asks for \(grouped(wanted)) images, and there are \(grouped(all)); ask for fewer, "
        + "or leave it out for all."
    case .tooSmall(let images, let batchSize):
      "\(images) training images do not fill one mini-batch of \(batchSize); use more images or "
        + "smaller batches."
    }
  }
}
