package io.qtau.launcher;

/** The contract of launchers, with the PBS commands that Slurm has, behind SSH. */
class PbsSshContractIT extends FarBatchContract {
  PbsSshContractIT() {
    super(Commands.PBS);
  }
}
