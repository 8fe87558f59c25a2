/// Columns of equal width with two blanks between them; those at some places to the left, the rest to
/// the right.
func aligned(_ rows: [[String]], left: Set<Int> = [0]) -> String {
  let widths = (rows.first ?? []).indices.map { column in
    rows.map { $0[column].count }.max() ?? 0
  }
  return rows.map { row in
    let line = row.indices.map { column in
      let padding = String(repeating: " ", count: widths[column] - row[column].count)
      return left.contains(column) ? row[column] + padding : padding + row[column]
    }.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }.joined(separator: "\n")
}
