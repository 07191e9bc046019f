package io.lianhu.server.casework;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the baseline of case classes, {@code case-classes.yaml}, which all counties share. */
final class CaseClassBaseline {

    private record Document(int version, Entry defaults, List<Group> groups) {}

    private record Group(
            String code,
            CaseClassKind kind,
            @JsonProperty("zh-CN") String chinese,
            @JsonProperty("en") String english,
            List<Entry> classes) {}

    /** A class, or what holds where a class says nothing. */
    private record Entry(
            @Nullable String code,
            @JsonProperty("zh-CN") @Nullable String chinese,
            @JsonProperty("en") @Nullable String english,
            @Nullable Boolean verification,
            @Nullable Boolean petition,
            @Nullable String respond,
            @Nullable String reply,
            @Nullable String resolve,
            @Nullable String emergencyRespond,
            @Nullable String emergencyReply,
            @Nullable String emergencyResolve,
            @Nullable String leadUnit,
            @Nullable Integer duplicateRadius,
            @Nullable Integer duplicateDays) {}

    private CaseClassBaseline() {}

    /** The classes by code, in the order of the file. */
    static Map<String, CaseClass> read() {
        try (InputStream in = CaseClassBaseline.class.getResourceAsStream("/case-classes.yaml")) {
            Document document = new YAMLMapper().readValue(in, Document.class);
            Map<String, CaseClass> byCode = new LinkedHashMap<>();
            document.groups().forEach(group -> group.classes().forEach(entry -> {
                CaseClass one = caseClass(group, entry, document.defaults());
                if (byCode.put(one.code(), one) != null) {
                    throw new IllegalStateException("Twice in the baseline: " + one.code());
                }
            }));
            return byCode;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static CaseClass caseClass(Group group, Entry entry, Entry defaults) {
        return new CaseClass(
                group.code() + "." + said(entry.code()),
                new CaseClass.Text(said(entry.chinese()), said(entry.english())),
                new CaseClass.Group(group.code(), new CaseClass.Text(group.chinese(), group.english())),
                group.kind(),
                true,
                said(entry.verification(), defaults.verification()),
                said(entry.petition(), defaults.petition()),
                Limit.parse(said(entry.respond(), defaults.respond())),
                Limit.parse(said(entry.reply(), defaults.reply())),
                Limit.parse(said(entry.resolve(), defaults.resolve())),
                Limit.parse(said(entry.emergencyRespond(), defaults.emergencyRespond())),
                Limit.parse(said(entry.emergencyReply(), defaults.emergencyReply())),
                Limit.parse(said(entry.emergencyResolve(), defaults.emergencyResolve())),
                entry.leadUnit(),
                said(entry.duplicateRadius(), defaults.duplicateRadius()),
                said(entry.duplicateDays(), defaults.duplicateDays()),
                0);
    }

    private static <T> T said(@Nullable T own, @Nullable T otherwise) {
        return own == null ? said(otherwise) : own;
    }

    private static <T> T said(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("The baseline of case classes leaves something out");
        }
        return value;
    }
}
