package io.qtau.launcher;

/** The contract of launchers, with Slurm behind SSH. */
class SlurmSshContractIT extends FarBatchContract {
  SlurmSshContractIT() {
    super(Commands.SLURM);
  }
}
