package io.qtau.cli;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskDescription;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A broker that is there already, with pilots or without. Nothing is started or stopped. */
record NamedSite(Console console, SessionName session, BrokerOptions.Target target)
    implements RunSite {
  @Override
  public void open() {}

  @Override
  public BrokerUrl url() {
    return target.url();
  }

  @Override
  public Credential credential() {
    return target.credential();
  }

  @Override
  public @Nullable String objection(TaskDescription task) {
    return null;
  }

  @Override
  public List<String> warnings(List<TaskDescription> tasks) throws InterruptedException {
    try {
      return Misfits.warnings(target, tasks);
    } catch (CommandFailed e) {
      return List.of(); // Whoever submits next is told the same, and has more patience.
    }
  }

  @Override
  public @Nullable CommandFailed trouble() {
    return null;
  }

  @Override
  public @Nullable Integer cores() {
    return null;
  }

  @Override
  public List<String> goOn(Path out) {
    return List.of(
        console.command()
            + " await "
            + session
            + " --broker "
            + target.url()
            + " --credential "
            + ShellWord.of(target.credentialFile())
            + (target.url().ca() == null ? "" : " --ca " + ShellWord.of(target.url().ca()))
            + " --out "
            + ShellWord.of(out));
  }

  @Override
  public void close(boolean keepData) {}
}
