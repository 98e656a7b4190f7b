package org.thalweg.examples;

import java.io.IOException;
import org.thalweg.examples.digits.Digits;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Starts an example by its name; lists them where none is given.
///
/// What a user can get wrong (arguments, files) ends in one sentence on the error stream: status 2
/// for arguments, 1 for files. Anything else is a defect of ours and keeps its stack trace.
@Command(
    name = "examples/run",
    description = "Runs an example by its name.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "NAME",
    subcommands = Digits.class)
public final class Examples {
  private Examples() {}

  /// Runs the example that the first argument names, with the arguments that follow.
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /// The same without ending the JVM.
  ///
  /// @return the status to end with, 0 when all went well
  public static int run(String... args) {
    CommandLine examples =
        new CommandLine(new Examples())
            .setParameterExceptionHandler(Examples::wrongArguments)
            .setExecutionExceptionHandler(Examples::failed);
    if (args.length == 0) {
      examples.usage(examples.getOut());
      return ExitCode.OK;
    }
    return examples.execute(args);
  }

  private static int wrongArguments(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + e.getMessage() + ": try " + name + " --help");
    return ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    if (e instanceof IOException || e instanceof IllegalArgumentException) {
      String name = command.getCommandSpec().qualifiedName();
      command.getErr().println(name + ": " + e.getMessage());
      return ExitCode.SOFTWARE;
    }
    throw e;
  }
}
