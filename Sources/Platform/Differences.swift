// What one platform calls, counts or keeps otherwise than another.

/// The program's own folder where the platform keeps what can be fetched again.
package var cacheFolder: String {
  let home = environmentVariable("HOME") ?? "."
  #if os(macOS)
    return "\(home)/Library/Caches/gradflow"
  #else
    return "\(environmentVariable("XDG_CACHE_HOME") ?? "\(home)/.cache")/gradflow"
  #endif
}

package func environmentVariable(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

/// The most memory that this process has had in use at once, in bytes.
package func peakResidentBytes() -> Int {
  var usage = rusage()
  #if os(macOS)
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0
  #elseif canImport(Glibc)
    return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
  #else
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss * 1024 : 0
  #endif
}

/// The machine's memory in bytes, where `/proc/meminfo` does not tell what is free of it.
package var installedMemory: Int? {
  #if os(macOS)
    var size = 0
    var length = MemoryLayout<Int>.size
    return sysctlbyname("hw.memsize", &size, &length, nil, 0) == 0 ? size : nil
  #else
    return nil
  #endif
}

/// Asks for large pages under a region, where the system can give some.
package func adviseLargePages(_ region: UnsafeMutableRawPointer, bytes: Int) {
  #if os(Linux)
    madvise(region, bytes, MADV_HUGEPAGE)
  #endif
}

// C functions whose names members of types hide.

package func release(_ pointer: UnsafeMutableRawPointer) { free(pointer) }

package func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}

package func handleSignal(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
  _ = signal(number, handler)
}

package func ignoreSignal(_ number: Int32) { _ = signal(number, SIG_IGN) }

package func endProcess(_ status: Int32) -> Never { exit(status) }

/// The name of this machine.
package func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  guard gethostname(&name, name.count) == 0 else { return "" }
  return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
