#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The decimal logarithm: −∞ for zero.
func logarithm(_ value: Double) -> Double { log10(value) }

/// Ten to a power: zero for −∞.
func exponential(_ exponent: Double) -> Double { pow(10, exponent) }

func sine(_ angle: Double) -> Double { sin(angle) }

func cosine(_ angle: Double) -> Double { cos(angle) }
