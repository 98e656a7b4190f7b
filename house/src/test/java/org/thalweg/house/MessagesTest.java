package org.thalweg.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every message in the sources is asserted by a test, word for word, and has one form.
///
/// A message is what an exception says (its texts are followed through variables, conditions,
/// formats and the methods that build exceptions for others), or any other sentence. A test of the
/// same module, or of the registry in `checker`, has to hold it as a string: all its words from the
/// first to the last, with some values. A part is not enough for what an exception says.
class MessagesTest {
  private static final List<String> MODULES =
      List.of("autodiff", "optim", "nn", "data", "files", "checker", "examples");

  /// The registry provokes the messages of `autodiff` through every method that users call.
  private static final String REGISTRY = "checker/src/test/java/org/thalweg/checker/registry/";

  private static final String ARRAYS = "a switch over the three kinds of arrays that there are";
  private static final String OPERATORS = "a switch over operators, all of which are tested";
  private static final String ASKED = "its callers ask before";
  private static final String GENERATED = "code that is made for every formula of the tests";
  private static final String CLASS_FILES = "a jar from which our own class files are missing";

  /// Messages that no test can provoke, and why. They guard against mistakes of ours.
  private static final Map<String, String> CANNOT_HAPPEN =
      Map.ofEntries(
          Map.entry("array: cannot hold …", ARRAYS),
          Map.entry("safetensors: no such array", ARRAYS),
          Map.entry("safetensors: no whole", "a switch over encodings that are whole numbers"),
          Map.entry(
              "rule: it remembers no scalar [largest η], only …: name it by scalar(…)",
              "the rule names it in its update"),
          Map.entry("formula: its derivative is zero, there is no pullback", ASKED),
          Map.entry("formula: … has no derivative rule", OPERATORS),
          Map.entry("formula: … is not primitive", OPERATORS),
          Map.entry("lower: not a function, […]", OPERATORS),
          Map.entry("formula: its kernel cannot be made", GENERATED),
          Map.entry("make: cannot specialise […]: is the module path complete?", CLASS_FILES),
          Map.entry("constants: no class data for […]", CLASS_FILES),
          Map.entry("no resource ….class", CLASS_FILES));

  /// Messages in another form, and why.
  private static final Map<String, String> OTHER_FORM =
      Map.ofEntries(
          Map.entry(
              "layer: the state does not fit the model…", "the differences follow, and say it"),
          Map.entry("the disk gives back other bytes than were written", "a part of a sentence"));

  /// Messages that begin so are reports: what was found, and where; nothing is to be done there.
  private static final Set<String> REPORTS = Set.of("anomaly: ", "…, in the backward pass of ");

  private record Module(String name, List<Messages.Message> messages, Set<String> written) {}

  private static List<Module> modules() throws IOException {
    List<Path> all = Tree.files(".java");
    List<Module> modules = new ArrayList<>();
    for (String name : MODULES) {
      String tests = name + "/src/test/";
      List<Path> main = all.stream().filter(f -> in(f, name + "/src/main/")).toList();
      List<Path> test = all.stream().filter(f -> in(f, tests) || in(f, REGISTRY)).toList();
      List<Messages.Message> messages = Messages.of(JavaSource.parse(main));
      if (name.equals("examples")) {
        // What a program prints when all is well is no message.
        messages = messages.stream().filter(Messages.Message::isThrown).toList();
      }
      modules.add(new Module(name, messages, Messages.written(JavaSource.parse(test))));
    }
    return modules;
  }

  private static boolean in(Path file, String directory) {
    return Tree.name(file).startsWith(directory);
  }

  private static boolean isListed(Messages.Message message, Map<String, String> list) {
    return list.containsKey(Template.readable(message.template()));
  }

  @Test
  void everyMessageIsAssertedByATest() throws IOException {
    List<String> missing = new ArrayList<>();
    int count = 0;
    for (Module module : modules()) {
      for (Messages.Message message : module.messages()) {
        count++;
        if (!isListed(message, CANNOT_HAPPEN) && !message.isAssertedBy(module.written())) {
          missing.add(message.toString());
        }
      }
    }
    System.out.printf(
        "messages: %d in the sources, %d of which cannot be provoked, %d without a test%n",
        count, CANNOT_HAPPEN.size(), missing.size());
    assertThat(count).isGreaterThan(400);
    assertThat(missing).as("messages that no test asserts:%s", Tree.lines(missing)).isEmpty();
  }

  @Test
  void everyExceptionSaysWhichOperationWhatIsWrongAndWhatToDo() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Module module : modules()) {
      for (Messages.Message message : module.messages()) {
        boolean isFree =
            !message.isThrown()
                || isListed(message, CANNOT_HAPPEN)
                || isListed(message, OTHER_FORM)
                || REPORTS.stream().anyMatch(Template.readable(message.template())::startsWith)
                || module.name().equals("examples"); // The launcher writes the program's name.
        if (!isFree && !message.hasForm()) {
          wrong.add(message.toString());
        }
      }
    }
    assertThat(wrong)
        .as("not of the form operation: what, the values: what to do%s", Tree.lines(wrong))
        .isEmpty();
  }

  @Test
  void whatIsExcusedIsStillThere() throws IOException {
    Set<String> there = new HashSet<>();
    for (Module module : modules()) {
      module.messages().forEach(message -> there.add(Template.readable(message.template())));
    }
    assertThat(there).containsAll(CANNOT_HAPPEN.keySet()).containsAll(OTHER_FORM.keySet());
  }

  @TempDir private Path directory;

  private List<JavaSource> source(String body) throws IOException {
    Path file = directory.resolve("Sample.java");
    Files.writeString(file, "final class Sample {\n" + body + "\n}\n");
    return JavaSource.parse(List.of(file));
  }

  private List<String> messages(String body) throws IOException {
    return Messages.of(source(body)).stream()
        .map(message -> Template.readable(message.template()))
        .toList();
  }

  @Test
  void aMessageIsFoundInPiecesAndInAVariable() throws IOException {
    assertThat(
            messages(
                """
                void f(int n) {
                  String advice = n > 0 ? "use less of it" : "use more of it";
                  throw new IllegalStateException("f: " + n + " is wrong: " + advice);
                }
                """))
        .containsExactly("f: … is wrong: use less of it", "f: … is wrong: use more of it");
    assertThat(
            messages(
                """
                RuntimeException g(Object o) {
                  return new IllegalArgumentException(String.format("g: %s is %03d: do it", o, 1));
                }
                """))
        .containsExactly("g: … is …: do it");
  }

  @Test
  void aMethodThatBuildsExceptionsHasAMessageForEachSentenceItIsGiven() throws IOException {
    assertThat(
            messages(
                """
                void f() { throw problem("one thing is wrong"); }
                void g() { throw problem("another thing is"); }
                void h(String name) { throw problem(name); }
                static Error problem(String what) { return new Error("do: " + what + ": mend it"); }
                """))
        .contains(
            "do: …: mend it", "do: one thing is wrong: mend it", "do: another thing is: mend it");
  }

  @Test
  void aSentenceElsewhereIsAMessageAndAnAnnotationOrACommentIsNot() throws IOException {
    assertThat(
            messages(
                """
                @SuppressWarnings("this is for compilers") // and this is a comment
                String report() { return "x" + "the gradient is wrong" + 3; }
                """))
        .containsExactly("xthe gradient is wrong3");
  }

  @Test
  void onlyTheWholeMessageOfAnExceptionIsAnAssertion() throws IOException {
    Messages.Message message =
        Messages.of(
                source(
                    """
                    void f(int n) {
                      throw new IllegalStateException("f: " + n + " is wrong: use less of it");
                    }
                    """))
            .get(0);

    assertThat(message.isAssertedBy(written("\"f: 3 is wrong: use less of it\""))).isTrue();
    assertThat(message.isAssertedBy(written("\"f: \" + n + \" is wrong: use less\" + \" of it\"")))
        .isTrue();
    assertThat(message.isAssertedBy(written("\"f: 3 is wrong\""))).isFalse();
    assertThat(message.isAssertedBy(written("\"is wrong: use less of it\""))).isFalse();
    assertThat(message.isAssertedBy(written("\"\" /* f: 3 is wrong: use less of it */"))).isFalse();
  }

  private Set<String> written(String expression) throws IOException {
    return Messages.written(source("String text(int n) { return " + expression + "; }"));
  }

  @Test
  void theFormIsNameWhatAndAdvice() {
    String hole = String.valueOf(Template.HOLE);
    for (String good :
        List.of(
            "plus: types differ: use one", hole + ": it is " + hole + ": do", "linear [x]: a: b")) {
      assertThat(new Messages.Message("", good.replace("x", hole), true).hasForm()).isTrue();
    }
    for (String bad :
        List.of("Plus: types differ: use one", "plus: types differ", "plus, it: a: b")) {
      assertThat(new Messages.Message("", bad, true).hasForm()).isFalse();
    }
  }
}
