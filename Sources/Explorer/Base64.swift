import Essentials

/// Bytes as text of 64 characters.
func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
