package io.lianhu.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.Role;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginSourceTest {

    @TempDir
    Path folder;

    @Test
    void a_packed_plugin_can_be_read_without_a_host() {
        PluginArchive archive =
                new PluginArchive(Notes.source().version("1.2.3").pack(folder));
        assertEquals("notes", archive.id());
        assertEquals("notes", archive.prefix());
        assertEquals(
                Map.of("notes:read", Set.of(Role.RESIDENT), "notes:write", Set.of(Role.RESIDENT)), archive.holders());
        assertEquals(Set.of("NOTES_EMPTY"), archive.errorCodes());
        assertEquals("Please write something.", archive.messages("en").getProperty("error.NOTES_EMPTY"));
        assertEquals("写笔记", archive.messages("zh_CN").getProperty("permission.notes:write"));
    }

    @Test
    void a_repacked_plugin_is_the_same_under_another_version() {
        Path jar = Notes.source().pack(folder);
        Path next = new PluginArchive(jar).repack(PluginArchive.after("1.0.0"), folder);
        assertEquals(folder.resolve("notes-1.0.1.jar"), next);
        assertEquals(new PluginArchive(jar).sdl(), new PluginArchive(next).sdl());
        assertEquals(new PluginArchive(jar).holders(), new PluginArchive(next).holders());
    }

    @Test
    void the_version_after_one_is_higher_and_final() {
        assertEquals("0.1.1", PluginArchive.after("0.1.0"));
        assertEquals("2.3.10", PluginArchive.after("2.3.9-SNAPSHOT"));
    }

    @Test
    void a_source_is_named_by_its_first_type() {
        assertEquals("notes.NotesPlugin", PluginSource.className(Notes.PLUGIN));
        assertEquals("notes.Note", PluginSource.className(Notes.ENTITY));
        assertEquals("Lonely", PluginSource.className("// a class of its own\nrecord Lonely() {}"));
    }

    @Test
    void what_does_not_compile_is_refused_with_the_compilers_words() {
        PluginSource faulty = Notes.source().java("package notes;\nclass Faulty { Missing missing; }");
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> faulty.pack(folder));
        assertTrue(refusal.getMessage().contains("Missing"), refusal.getMessage());
    }
}
