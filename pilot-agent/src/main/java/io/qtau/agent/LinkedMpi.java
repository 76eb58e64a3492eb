package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Finds out which MPI a program is linked with: of a binary its loader tells, of a Python
 * interpreter its mpi4py. Each file is asked once.
 */
final class LinkedMpi {
  private static final Pattern PYTHON = Pattern.compile("python[0-9.]*");
  private static final String LDD = "ldd";

  /** Says the library's version, without starting MPI. */
  private static final String ASK_PYTHON =
      """
      import mpi4py
      mpi4py.rc.initialize = False
      mpi4py.rc.finalize = False
      from mpi4py import MPI
      print("qtau:" + MPI.Get_library_version().split(chr(10))[0].strip())
      """;

  private static final String ANSWER = "qtau:";

  /**
   * What is known of a program.
   *
   * @param library empty = it is linked with none that is known
   * @param note what its owner should know of that; empty = nothing
   */
  record Found(Optional<MpiLibrary> library, String note) {
    static Found of(MpiLibrary library) {
      return new Found(Optional.of(library), "");
    }

    static Found none(String note) {
      return new Found(Optional.empty(), note + ": each of its ranks may be rank 0 of 1");
    }
  }

  private record File(Path path, FileTime changed) {}

  private final Map<String, String> environment;
  private final Map<File, Found> known = new ConcurrentHashMap<>();

  /**
   * @param environment that programs run in
   */
  LinkedMpi(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  Found of(Path program) throws IOException, InterruptedException {
    File file = new File(program, Files.getLastModifiedTime(program));
    Found found = known.get(file);
    if (found == null) {
      boolean python = PYTHON.matcher(program.getFileName().toString()).matches();
      found = python ? ofPython(program) : ofBinary(program);
      if (found.library().isPresent()) { // Else somebody may be about to install what is missing.
        known.put(file, found);
      }
    }
    return found;
  }

  private Found ofPython(Path interpreter) throws IOException, InterruptedException {
    ShortCommand.Answer answer =
        ShortCommand.ask(List.of(interpreter.toString(), "-c", ASK_PYTHON), environment);
    for (String line : answer.text().lines().toList()) {
      if (line.startsWith(ANSWER)) {
        String version = line.substring(ANSWER.length());
        return MpiLibrary.named(version)
            .map(Found::of)
            .orElseGet(() -> Found.none(interpreter + " has an mpi4py of another MPI: " + version));
      }
    }
    return Found.none(interpreter + " cannot import mpi4py");
  }

  private Found ofBinary(Path program) throws IOException, InterruptedException {
    Optional<Path> ldd = Programs.find(LDD, environment);
    if (ldd.isEmpty()) {
      return new Found(Optional.empty(), LDD + " is not there to see which MPI it is linked with");
    }
    ShortCommand.Answer answer =
        ShortCommand.ask(List.of(ldd.get().toString(), program.toString()), environment);
    List<String> libraries = new ArrayList<>();
    for (String line : answer.text().lines().toList()) {
      String name = line.strip().split("\\s", 2)[0];
      libraries.add(name.substring(name.lastIndexOf('/') + 1));
    }
    return MpiLibrary.among(libraries)
        .map(Found::of)
        .orElseGet(() -> Found.none(program + " is not linked with Open MPI or MPICH"));
  }
}
