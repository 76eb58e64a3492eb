package io.qtau.cli;

import io.qtau.broker.BrokerException;
import io.qtau.client.BrokerUnavailable;
import io.qtau.client.CredentialRefused;
import io.qtau.client.DuplicateTask;
import io.qtau.client.QTauException;
import io.qtau.client.SessionExists;
import io.qtau.client.SessionInUse;
import io.qtau.client.TaskRefused;
import io.qtau.client.UnknownSession;
import io.qtau.collector.CollectorInUse;
import io.qtau.collector.DirectoryInUse;
import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.NameInUse;
import io.qtau.pilot.UnknownPilot;
import io.qtau.protocol.InvalidField;
import java.nio.file.FileSystemException;

/** How a command ended, for the shell. The numbers are part of the command's contract. */
public enum ExitCode {
  /** What was asked for was done. */
  OK(0),
  /** All is done, and some task is not SUCCESS ({@code run}, {@code await}). */
  NOT_ALL_SUCCESSFUL(1),
  /** Bad input, a missing file, an unwritable directory, a task too wide, an id already used. */
  BAD_INPUT(2),
  /** No broker, a bad credential, data that cannot be used, a pilot that failed, a time-out. */
  UNAVAILABLE(3),
  /** No such session, task or pilot. */
  NOT_FOUND(4),
  /** A port, data, name, reader or directory is in use. */
  IN_USE(5),
  /** Ended by INT or TERM. */
  INTERRUPTED(130);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /** What a command that ended with this exception tells the shell. */
  static ExitCode of(Throwable failure) {
    if (failure instanceof CommandFailed told) {
      return told.code();
    }
    if (failure instanceof QTauException refused) {
      return ofClient(refused);
    }
    if (failure instanceof BrokerException broker) {
      return switch (broker.kind()) {
        case DATA_IN_USE, PORT_IN_USE -> IN_USE;
        case OTHER_VERSION, CORRUPT, FAILED -> UNAVAILABLE;
      };
    }
    if (failure instanceof DirectoryInUse
        || failure instanceof CollectorInUse
        || failure instanceof NameInUse) {
      return IN_USE;
    }
    if (failure instanceof LaunchFailed) {
      return UNAVAILABLE;
    }
    if (failure instanceof UnknownPilot) {
      return NOT_FOUND;
    }
    if (failure instanceof InterruptedException) {
      return INTERRUPTED;
    }
    boolean input = failure instanceof InvalidField || failure instanceof FileSystemException;
    return input ? BAD_INPUT : UNAVAILABLE;
  }

  private static ExitCode ofClient(QTauException failure) {
    if (failure instanceof BrokerUnavailable || failure instanceof CredentialRefused) {
      return UNAVAILABLE;
    }
    if (failure instanceof DuplicateTask || failure instanceof TaskRefused) {
      return BAD_INPUT;
    }
    if (failure instanceof UnknownSession) {
      return NOT_FOUND;
    }
    boolean inUse = failure instanceof SessionExists || failure instanceof SessionInUse;
    return inUse ? IN_USE : UNAVAILABLE;
  }
}
