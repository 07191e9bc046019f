package io.lianhu.server.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaEnumConstant;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import graphql.language.InputObjectTypeDefinition;
import graphql.schema.idl.SchemaParser;
import io.lianhu.sdk.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class MessagesTest {

    private static final Pattern PARAMETER = Pattern.compile("\\{[a-zA-Z]+}");

    /** The enums whose constants stand in errors' parameters. */
    private static final Set<String> NAMED = Set.of(
            "CaseState",
            "DivisionKind",
            "ErasureState",
            "NoticeState",
            "ResidentState",
            "Role",
            "TenantState",
            "TransferState");

    private final Messages core = Messages.parse(file("messages_zh_CN.properties"), file("messages_en.properties"));

    @Test
    void bothLanguagesHaveTheSameKeysWithTheSameParameters() {
        assertEquals(Set.of(), core.lonely());
        core.chinese()
                .forEach((key, text) ->
                        assertEquals(parameters(text), parameters(core.english().get(key)), key));
    }

    @Test
    void everyErrorOfTheServerHasItsTextAndEveryTextItsError() {
        Set<String> codes = new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.lianhu.server", "io.lianhu.sdk")
                        .stream()
                        .filter(type -> type.isEnum() && type.isAssignableTo(ErrorCode.class))
                        .flatMap(MessagesTest::constants)
                        .map(code -> "error." + code)
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> texts = core.chinese().keySet().stream()
                .filter(key -> key.startsWith("error."))
                .collect(Collectors.toCollection(TreeSet::new));

        assertTrue(codes.contains("error.CASE_STATE") && codes.contains("error.NOT_FOUND"), codes.toString());
        assertEquals(codes, texts);
    }

    @Test
    void everyInputFieldAndEveryConstantThatAnErrorNamesHasAName() {
        Set<String> missing = new TreeSet<>();
        for (String schema : schemas()) {
            new SchemaParser()
                    .parse(file("schema/" + schema)).getTypes(InputObjectTypeDefinition.class).stream()
                            .flatMap(input -> input.getInputValueDefinitions().stream())
                            .map(field -> "field." + field.getName())
                            .forEach(missing::add);
        }
        new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.lianhu.server", "io.lianhu.sdk")
                        .stream()
                        .filter(type -> NAMED.contains(type.getSimpleName()))
                        .forEach(type -> constants(type)
                                .forEach(name -> missing.add("enum." + type.getSimpleName() + "." + name)));
        assertTrue(missing.containsAll(Set.of("field.stars", "enum.CaseState.HANDLED", "enum.Role.GRID_WORKER")));

        missing.removeAll(core.chinese().keySet());
        assertEquals(Set.of(), missing);
    }

    private static List<String> schemas() {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/schema"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Stream<String> constants(JavaClass type) {
        return type.getEnumConstants().stream().map(JavaEnumConstant::name);
    }

    @Test
    void aTextIsInTheCallersLanguageWithItsParametersAsTheyAre() {
        Messages messages = Messages.parse("a=最多 {most} 个，{most}！", "a=at most {most}, 100% {unknown}");

        assertEquals(Optional.of("最多 3 个，3！"), messages.text("a", Locale.SIMPLIFIED_CHINESE, Map.of("most", 3)));
        assertEquals(
                Optional.of("at most $1, 100% {unknown}"), messages.text("a", Locale.ENGLISH, Map.of("most", "$1")));
        assertEquals(Optional.empty(), messages.text("b", Locale.ENGLISH, Map.of()));
    }

    @Test
    void aKeyOfOneLanguageOnlyIsLonely() {
        assertEquals(Set.of("a", "c"), Messages.parse("a=1\nb=2", "b=2\nc=3").lonely());
    }

    private static List<String> parameters(String text) {
        return PARAMETER
                .matcher(text)
                .results()
                .map(found -> found.group())
                .distinct()
                .sorted()
                .toList();
    }

    private static String file(String name) {
        try (InputStream in = MessagesTest.class.getResourceAsStream("/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
