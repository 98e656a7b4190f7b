package org.thalweg.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessagesTest {
  private static final List<String> MODULES =
      List.of("autodiff", "optim", "nn", "data", "files", "checker", "examples");

  @Test
  void everyMessageIsAsserted() throws IOException {
    List<String> missing = new ArrayList<>();
    int count = 0;
    List<Path> all = Tree.files(".java");
    for (String module : MODULES) {
      List<Path> main =
          all.stream().filter(f -> Tree.name(f).startsWith(module + "/src/main/")).toList();
      List<Path> test =
          all.stream()
              .filter(
                  f ->
                      Tree.name(f).startsWith(module + "/src/test/")
                          || Tree.name(f).contains("checker/registry/"))
              .toList();
      Set<String> written = Messages.written(JavaSource.parse(test));
      for (Messages.Message message : Messages.of(JavaSource.parse(main))) {
        count++;
        if (message.isThrown()
            && !java.util.regex.Pattern.compile(
                    "([a-z][A-Za-z0-9.]*|\\ue000)( ?\\[\ue000\\])?: .+: .+",
                    java.util.regex.Pattern.DOTALL)
                .matcher(message.template())
                .matches()) missing.add("F " + message);
        var pattern = Template.pattern(message.template(), message.isThrown());
        var tail = Template.pattern(Template.withoutHead(message.template()), message.isThrown());
        if (written.stream()
            .noneMatch(t -> pattern.matcher(t).matches() || tail.matcher(t).matches())) {
          missing.add((message.isThrown() ? "! " : "t ") + message);
        }
      }
    }
    System.out.println(count + " messages, " + missing.size() + " missing");
    System.out.println(Tree.lines(missing));
    assertThat(missing).isEmpty();
  }
}
