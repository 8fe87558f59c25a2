import Architectures
import Experiments
import Records

/// Records of the quickstart's runs with made-up numbers.
func madeUpRecords(seeds: Int = 1, norm: (Int, Int) -> Double = { 1 / Double($0 + $1 + 1) })
  -> [RunRecord]
{
  Experiment.quickstart.plans[0].runs(seeds: seeds).map { madeUpRecord($0, norm: norm) }
}

/// A record of a run with made-up numbers: the norm of a layer's gradients at a step, by its index.
func madeUpRecord(
  _ run: RunConfiguration, steps: [Int] = [0, 1, 2, 10, 249], error: Double? = nil,
  norm: (Int, Int) -> Double = { 1 / Double($0 + $1 + 1) }
) -> RunRecord {
  let context = RunContext(
    version: "0", oneDNN: "0", threads: 1, datasetSHA256: "",
    evaluationSet: "first 1,024 test images")
  var record = RunRecord(configuration: run, context: context)
  let depth = run.network.depth
  let offset = Double(run.seed)
  record.steps = (0..<250).map {
    StepRow(
      step: $0, loss: error ?? 1, error: error ?? 90 - Double($0 * 20 / depth) / 10 + offset,
      learningRate: 0.1)
  }
  record.evaluations = stride(from: 25, through: 250, by: 25).map {
    EvaluationRow(
      step: $0, epoch: 0, trainingError: error ?? 50, evaluationError: error ?? 60 + offset)
  }
  var gradients: [GradientRow] = []
  var responses: [ResponseRow] = []
  for step in steps {
    for place in record.run.layers.map(\.place) where place.path == .main {
      let index = place.index
      for kind in GradientRow.Kind.allCases {
        gradients.append(
          GradientRow(
            step: step, layer: place, kind: kind, l2: norm(index, step), rms: 0, maximum: 0,
            zeroFraction: 0, weightNorm: kind == .weight ? 1 : nil,
            updateRatio: kind == .weight ? norm(index, step) : nil))
      }
      responses.append(
        ResponseRow(step: step, layer: place, deviation: norm(index, step), mean: 0))
    }
  }
  if run.network.kind == .residual {
    record.blocks = RecordTable(
      steps.flatMap { step in
        Architecture(run).blocks.map(\.place).map { block in
          BlockRow(
            step: step, block: block, gradientAtSum: 1, gradientThroughShortcut: 1,
            gradientThroughBranch: norm(block.index, step), gradientCosine: 0, inputRMS: 2,
            branchRMS: norm(block.index, step), outputRMS: 2)
        }
      })
  }
  let blocks = Architecture(run).blocks.count
  record[LesionRow.self] = RecordTable(
    [LesionRow(step: 250, kind: .none, blocks: [], error: error ?? 50)]
      + (1...max(blocks, 1)).map {
        LesionRow(step: 250, kind: .deleted, blocks: [$0], error: error ?? 60)
      })
  record[PathRow.self] = RecordTable(
    (0...max(blocks, 1)).map {
      PathRow(step: 250, branches: $0, draw: 0, gradient: norm($0 + 1, 0))
    })
  addNeighbours(to: &record, of: run, norm)
  record.gradients = RecordTable(gradients)
  record.responses = RecordTable(responses)
  return record
}

/// Made-up rows of `agreement.csv`, `line.csv` and `surface.csv`.
private func addNeighbours(
  to record: inout RunRecord, of run: RunConfiguration, _ norm: (Int, Int) -> Double
) {
  if run.dataset.name == .line {
    record[LineRow.self] = RecordTable(
      (0..<256).map { LineRow(step: 0, point: $0, gradient: norm($0 + 1, 0)) })
    record[AgreementRow.self] = RecordTable(
      (0...15).map {
        AgreementRow(step: 0, kind: .line, lag: $0, count: 2, cosine: norm($0 + 1, 0))
      })
    return
  }
  record[AgreementRow.self] = RecordTable(
    [0, 250].flatMap { step in
      record.run.layers.map(\.place).filter { $0.path == .main }.map { place in
        AgreementRow(
          step: step, kind: .sameClass, layerIndex: place.index, layer: place.name, count: 2,
          cosine: norm(place.index, step))
      }
        + [1, 2, 4].map {
          AgreementRow(step: step, kind: .walk, lag: $0, count: 2, cosine: norm($0, step))
        }
    })
  let ticks = [-1, 0, 1.0]
  record[SurfaceRow.self] = RecordTable(
    [SurfaceRow.Statistics.gathered, .batch].flatMap { statistics in
      ticks.flatMap { second in
        ticks.map { first in
          SurfaceRow(
            step: 250, kind: .plane, statistics: statistics, first: first, second: second,
            loss: norm(1 + Int(abs(first) + abs(second)), 0))
        }
      }
        + [0, 0.5, 1].map {
          SurfaceRow(
            step: 250, kind: .line, statistics: statistics, first: $0, loss: norm(2, 0))
        }
    })
}
