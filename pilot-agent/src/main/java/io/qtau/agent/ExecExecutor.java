package io.qtau.agent;

import io.qtau.protocol.Output;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskError;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs programs. Their streams go to files, so that no thread has to read them. */
final class ExecExecutor implements TaskExecutor {
  private static final int BY_TERM = 128 + 15;
  private static final File NOTHING = new File("/dev/null");

  private final ProcessTree tree;

  ExecExecutor(ProcessTree tree) {
    this.tree = tree;
  }

  @Override
  public String kind() {
    return "exec";
  }

  @Override
  public Running start(Execution execution, Consumer<Outcome> done) {
    Payload.Exec exec = (Payload.Exec) execution.task().payload();
    Path directory = execution.directory();
    String mark = tree.newMark();
    try {
      Process process = prepare(execution, exec, mark).start();
      Program program = new Program(process, mark, directory, done);
      var unused = process.onExit().thenRun(program::exited);
      return program;
    } catch (IOException e) {
      WorkDirectory.clean(directory);
      done.accept(Outcome.failed("CannotStart", reason(exec, e)));
      return () -> {};
    }
  }

  private static ProcessBuilder prepare(Execution execution, Payload.Exec exec, String mark)
      throws IOException {
    Path directory = execution.directory();
    Path work = directory.resolve("work");
    Files.createDirectories(exec.cwd() == null ? work : directory);
    List<Integer> cpus = execution.slots().cpus();
    ProcessBuilder builder = new ProcessBuilder(Binding.argv(cpus, exec.argv()));
    builder.directory(exec.cwd() == null ? work.toFile() : new File(exec.cwd()));
    builder.environment().putAll(execution.slots().environment());
    builder.environment().putAll(exec.env());
    builder.environment().putAll(execution.environment());
    builder.environment().put(ProcessTree.MARK, mark);
    builder.redirectInput(input(directory, exec.stdin()));
    builder.redirectOutput(directory.resolve(WorkDirectory.STDOUT).toFile());
    builder.redirectError(directory.resolve(CapturedFile.STDERR).toFile());
    if (!cpus.isEmpty()
        && !Binding.canStart(exec.argv().get(0), builder.directory(), builder.environment())) {
      throw new IOException("error=2, it is not there");
    }
    return builder;
  }

  private static File input(Path directory, @Nullable String stdin) throws IOException {
    return stdin == null ? NOTHING : Files.writeString(directory.resolve("stdin"), stdin).toFile();
  }

  private static String reason(Payload.Exec exec, IOException e) {
    if (exec.cwd() != null && !Files.isDirectory(Path.of(exec.cwd()))) {
      return "its working directory " + exec.cwd() + " is not there";
    }
    String message = String.valueOf(e.getMessage());
    return message.contains("error=2,")
        ? "the program '" + exec.argv().get(0) + "' does not exist"
        : message;
  }

  /** One running program. */
  private final class Program implements Running {
    private final Process process;
    private final String mark;
    private final Path directory;
    private final Consumer<Outcome> done;
    private @Nullable CompletableFuture<Void> killed;
    private boolean killWanted;
    private boolean untold;

    Program(Process process, String mark, Path directory, Consumer<Outcome> done) {
      this.process = process;
      this.mark = mark;
      this.directory = directory;
      this.done = done;
    }

    @Override
    public String mark() {
      return mark;
    }

    @Override
    public long outputBytes() {
      return WorkDirectory.outputBytes(directory);
    }

    @Override
    public void kill() {
      synchronized (this) {
        killWanted = true;
        if (killed == null && process.isAlive()) {
          killed = tree.kill(mark);
        }
      }
      tellIfUntold();
    }

    private synchronized boolean wasKilled() {
      return killed != null;
    }

    private synchronized CompletableFuture<Void> allGone() {
      return killed == null ? CompletableFuture.completedFuture(null) : killed;
    }

    void exited() {
      if (process.exitValue() == BY_TERM && isUntouched()) {
        var unused = Shutdown.otherwise(this::tellIfUntold);
      } else {
        tell();
      }
    }

    private synchronized boolean isUntouched() {
      untold = !killWanted;
      return untold;
    }

    /** Of an end by a TERM that nobody here has sent: once it is clear what it means. */
    private void tellIfUntold() {
      synchronized (this) {
        if (!untold) {
          return;
        }
        untold = false;
      }
      tell();
    }

    private void tell() {
      var unused = allGone().thenRun(() -> done.accept(outcome()));
    }

    private Outcome outcome() {
      try {
        Output stdout = CapturedFile.collect(directory.resolve(WorkDirectory.STDOUT));
        Output stderr = CapturedFile.collect(directory.resolve(CapturedFile.STDERR));
        WorkDirectory.clean(directory);
        int code = process.exitValue();
        TaskError error =
            code == 0 ? null : new TaskError("ExitCode", "the program ended with " + words(code));
        Outcome outcome =
            new Outcome(code == 0, code, null, null, null, stdout, stderr, error, null, null, null);
        return wasKilled() ? outcome.killed() : outcome;
      } catch (IOException e) {
        return Outcome.failed("OutputLost", "its output cannot be read: " + e.getMessage());
      }
    }

    private static String words(int code) {
      return code > 128
          ? "exit code " + code + " (signal " + (code - 128) + ")"
          : "exit code " + code;
    }
  }
}
