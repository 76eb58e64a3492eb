package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.BrokerException;
import io.qtau.launcher.LaunchFailed;
import io.qtau.protocol.InvalidField;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {
  @ParameterizedTest
  @CsvSource({
    "OK,0",
    "NOT_ALL_SUCCESSFUL,1",
    "BAD_INPUT,2",
    "UNAVAILABLE,3",
    "NOT_FOUND,4",
    "IN_USE,5",
    "INTERRUPTED,130"
  })
  void theNumbersAreTheContract(ExitCode code, int number) {
    assertThat(code.number()).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({"DATA_IN_USE,5", "PORT_IN_USE,5", "OTHER_VERSION,3", "CORRUPT,3", "FAILED,3"})
  void aBrokerThatDoesNotStartTellsWhy(BrokerException.Kind kind, int number) {
    assertThat(ExitCode.of(new BrokerException(kind, "x")).number()).isEqualTo(number);
  }

  @Test
  void otherFailuresHaveTheirCodes() {
    assertThat(ExitCode.of(new InvalidField("session", "x"))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(ExitCode.of(new NoSuchFileException("x"))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(ExitCode.of(new LaunchFailed("x"))).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(ExitCode.of(new IOException("disk full"))).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(ExitCode.of(new InterruptedException())).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(ExitCode.of(new CommandFailed(ExitCode.NOT_FOUND, "x")))
        .isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void aFailureOfAnotherThreadCountsAsItsCause() {
    Throwable cause = new InvalidField("x", "y");
    assertThat(Main.unwrap(new ExecutionException(cause))).isSameAs(cause);
  }
}
