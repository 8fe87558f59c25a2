extension Sweep {
  /// The script of an array: each task trains the run in its line of the list.
  package var trainingScript: String {
    """
    #!/bin/bash
    # Trains the runs of
    #   gradflow run \(shellQuoted(arguments))
    # that \(SweepFolder.listFile) names, one a line, each in a task of its own. To train those of lines 1 to 3 by hand:
    #   sbatch --array=1-3 \(shellQuoted(folder.trainingScript))

    \(directives(named: jobName, log: "%A_%a.txt", resources))
    # A task that is pre-empted, or whose node fails, starts again and writes on in the same log.
    #SBATCH --requeue
    #SBATCH --open-mode=append
    # Two minutes before its time is over this script is told so.
    #SBATCH --signal=B:USR1@120

    # Lines beyond the longest array that the cluster allows are counted from the first argument.
    line=$((SLURM_ARRAY_TASK_ID + ${1:-0}))
    run=$(sed -n "${line}p" \(shellQuoted(folder.list)))

    \(shellQuoted(program)) run \(shellQuoted(arguments)) \\
      --only "$run" --no-draw --threads "$SLURM_CPUS_PER_TASK" &
    training=$!

    # A run that gets SIGTERM saves its state and ends with status 143; the next task continues it.
    finish() {
      wait "$training"
      exit $?
    }
    # Its time is over: back into the queue, a hundred times at most.
    end_of_time() {
      kill -TERM "$training"
      wait "$training"
      if [ $? -eq 143 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 100 ]; then
        scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
      fi
      finish
    }
    trap end_of_time USR1
    # Who cancels or pre-empts a task tells the run, too: all that is to be done is to wait for it.
    trap finish TERM
    finish

    """
  }

  /// The script of the job that draws what the runs have left.
  package var drawingScript: String {
    var drawing = resources
    drawing.processors = 1
    drawing.time = resources.time.map { time in
      slurmTime(minutes: min(60, minutes(ofTime: time) ?? 60))
    }
    return """
      #!/bin/bash
      # Draws what the runs of
      #   gradflow run \(shellQuoted(arguments))
      # have left once they have ended, and trains nothing.

      \(directives(named: drawingJobName, log: "%j-drawing.txt", drawing))

      \(shellQuoted(program)) run \(shellQuoted(arguments)) --no-train

      """
  }

  private func directives(named name: String, log: String, _ resources: Resources) -> String {
    // In the names of logs, the percent sign is Slurm's.
    let logs = "\(folder.logs)/".replacing("%", with: "%%")
    let all =
      ["--job-name=\(name)", "--chdir=\(workingFolder)", "--output=\(logs)\(log)"]
      + resources.options + options
    return all.map(directive).joined(separator: "\n")
  }
}
