import ArgumentParser

@main
struct Gradflow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradflow",
    abstract: "Trains plain and residual twins and draws the gradients that flow backward.")
}
