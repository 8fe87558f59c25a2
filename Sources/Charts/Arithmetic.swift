#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// The few functions of the C library that charts need; the only file that imports it.

/// Returns the decimal logarithm of a positive number.
func decimalLogarithm(_ value: Double) -> Double { log10(value) }

/// Returns ten to any power.
func powerOfTen(_ exponent: Double) -> Double { pow(10, exponent) }

/// Returns ten to a whole power, rounded correctly, which `pow` does not promise.
func powerOfTen(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? .nan }

func cubeRoot(_ value: Double) -> Double { cbrt(value) }

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// Returns the point at an angle in radians on the unit circle.
func unitPoint(at angle: Double) -> Point { Point(cos(angle), sin(angle)) }
