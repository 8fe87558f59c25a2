#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// Hands over what was printed so far. Nil if all of it went well, or why some of it is lost: a full disk.
package func printingFailure() -> String? {
  guard fflush(stdout) == 0 else { return String(cString: strerror(errno)) }
  return ferror(stdout) == 0 ? nil : "the output takes no more"
}
