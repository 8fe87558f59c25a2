package import Records

/// What a trained network does without its blocks; errors in percent.
package struct LesionProfile: Sendable {
  /// Of the whole network.
  package let whole: Double
  /// Without each block alone, in order; never empty.
  package let deleted: [LesionRow]
  /// With two neighbours in each other's place.
  package let exchanged: [LesionRow]
  private let rows: [LesionRow]

  /// Nil where no lesions were measured.
  package init?(_ record: RunRecord) {
    rows = record.lesions
    deleted = rows.filter { $0.kind == .deleted }
    exchanged = rows.filter { $0.kind == .exchanged }
    guard let whole = rows.first(where: { $0.kind == .none }), !deleted.isEmpty else { return nil }
    self.whole = whole.error
  }

  /// The block that is spared the least.
  package var worst: LesionRow { deleted.max { $0.error < $1.error } ?? deleted[0] }

  /// Points beyond the whole network, in the median.
  package func medianRise(_ lesions: [LesionRow]) -> Double {
    let rises = lesions.map { $0.error - whole }.sorted()
    return rises.isEmpty ? .nan : rises[rises.count / 2]
  }

  /// The errors without so many blocks: of one alone all, of several those that were drawn.
  package func errors(without count: Int) -> [Double] {
    rows.filter { ($0.kind == .random || $0.kind == .deleted) && $0.blocks.count == count }
      .map(\.error)
  }
}
