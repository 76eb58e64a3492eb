package io.qtau.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** A failure in words for a person. */
final class Words {
  private Words() {}

  static String of(Throwable failure) {
    if (failure instanceof NoSuchFileException e) {
      return e.getFile() + ": there is no such file";
    }
    if (failure instanceof AccessDeniedException e) {
      return e.getFile() + ": permission denied";
    }
    if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
      return ((FileSystemException) failure).getFile() + ": is a file, not a directory";
    }
    if (failure instanceof InterruptedException) {
      return "interrupted";
    }
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName() + "; QTAU_DEBUG=1 shows where"
        : message;
  }
}
