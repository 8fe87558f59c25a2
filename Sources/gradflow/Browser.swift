import Foundation

/// Shows an address in the user's browser; where there is none, the address that was printed has to do.
func openInBrowser(_ address: String) {
  let process = Process()
  #if os(macOS)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/open")
  #else
    process.executableURL = URL(fileURLWithPath: "/usr/bin/xdg-open")
  #endif
  process.arguments = [address]
  process.standardError = FileHandle.nullDevice
  try? process.run()
}
