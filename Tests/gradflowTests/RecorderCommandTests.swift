import Foundation
import Testing

@Suite("The recorder is handed out")
struct RecorderCommandTests {
  private let folder = NSTemporaryDirectory() + "gradflow-recorder-\(UUID().uuidString)"

  @Test("printed, or written into a folder, to the byte as it is in the sources")
  func written() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/gradflow/Recorder/gradflow_recorder.py")
    let text = try String(contentsOf: source, encoding: .utf8)
    let result = try runCommand(["recorder", "--write", folder])
    let path = "\(folder)/gradflow_recorder.py"
    #expect(result.status == 0 && result.output == "\(path)\n", "\(result.error)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    #expect(try runCommand(["recorder"]).output == text)
    let refused = try runCommand(["recorder", "--write", path])
    #expect(refused.status == 1 && refused.error.contains("a file has that name"))
  }
}
