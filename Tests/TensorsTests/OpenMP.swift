#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The run-time library of OpenMP that oneDNN has brought along.
enum OpenMP {
  private typealias Body = @convention(c) (UnsafeMutableRawPointer?) -> Void
  private typealias Parallel =
    @convention(c) (Body, UnsafeMutableRawPointer?, UInt32, UInt32) -> Void

  /// Calls a body on every thread of a team; nil where the library is another one.
  private static var parallel: Parallel? {
    dlsym(dlopen(nil, RTLD_NOW), "GOMP_parallel").map { unsafeBitCast($0, to: Parallel.self) }
  }

  static var isThere: Bool { parallel != nil }

  /// How many threads a team of this thread would have.
  static var teamSize: Int {
    let function = dlsym(dlopen(nil, RTLD_NOW), "omp_get_max_threads")
    return function.map { Int(unsafeBitCast($0, to: (@convention(c) () -> Int32).self)()) } ?? 0
  }

  /// What a function gives that is called on the first of a team of two threads: this one.
  static func insideTeam<Result>(_ function: () -> Result) -> Result? {
    var result: Result?
    let first = pthread_self()
    withoutActuallyEscaping({ if pthread_equal(pthread_self(), first) != 0 { result = function() } }
    ) {
      var work: () -> Void = $0
      withUnsafeMutablePointer(to: &work) {
        parallel?({ $0?.assumingMemoryBound(to: (() -> Void).self).pointee() }, $0, 2, 0)
      }
    }
    return result
  }
}
