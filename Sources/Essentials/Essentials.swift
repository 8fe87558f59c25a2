// The essentials of Foundation, for whoever imports this module: files and JSON, without the rest. They
// are a module of their own on Linux, and a part of Foundation on Apple's systems.

#if canImport(FoundationEssentials)
  @_exported public import FoundationEssentials
#else
  @_exported public import Foundation
#endif
