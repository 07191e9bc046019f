package io.lianhu.server.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import graphql.language.FieldDefinition;
import graphql.language.ObjectTypeDefinition;
import graphql.schema.idl.SchemaParser;
import io.lianhu.server.Sdl;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Walks the whole schema of the core, so that no field that tells of a person comes in unmarked. */
final class PersonalFieldsTest {

    private static final Pattern NAMES =
            Pattern.compile("(?i).*(name|telephone|phone|mobile|id_?number|national|address|birth|email|sex|gender).*");

    private static final Pattern DESCRIPTIONS = Pattern.compile(
            "(?i).*(telephone|ID number|address|\\bbirth|person's name|head \\(|" + "电话|手机|身份证|住址|地址|姓名|出生|户主|邮箱).*");

    private static final Set<String> LEAVES = Set.of("String", "Date", "DateTime", "Int", "Long", "Float");

    private static final String OFFICIAL = "the name under which somebody acts for the county";
    private static final String NO_PERSON = "the name of no person";

    /** Fields that sound like a person's and are not masked, each with its reason. The list can only shrink: a stale line fails. */
    private static final Map<String, String> CLEAR = Map.ofEntries(
            Map.entry("Resident.name", "who may read the record has to call the person by name"),
            Map.entry("Household.headName", "who may read the record has to call the household by name"),
            Map.entry("ResidentMerge.mergedByName", OFFICIAL),
            Map.entry("Case.assigneeName", OFFICIAL),
            Map.entry("CaseStep.actorName", OFFICIAL),
            Map.entry("Post.holderName", OFFICIAL),
            Map.entry("CalendarChange.changedByName", OFFICIAL),
            Map.entry("CaseClassChange.changedByName", OFFICIAL),
            Map.entry("CasePart.answeredByName", OFFICIAL),
            Map.entry("CasePart.askedByName", OFFICIAL),
            Map.entry("CasePart.unitName", NO_PERSON),
            Map.entry("CaseRequest.decidedByName", OFFICIAL),
            Map.entry("CaseRequest.requestedByName", OFFICIAL),
            Map.entry("DispatchRule.madeByName", OFFICIAL),
            Map.entry("Emergency.declaredByName", OFFICIAL),
            Map.entry("Emergency.endedByName", OFFICIAL),
            Map.entry("EmergencyStep.actorName", OFFICIAL),
            Map.entry("DutyShift.holderName", OFFICIAL),
            Map.entry("StandIn.holderName", OFFICIAL),
            Map.entry("NoticeReceipt.confirmedByName", OFFICIAL),
            Map.entry("MessageTemplate.changedByName", OFFICIAL),
            Map.entry("MessageTemplateChange.changedByName", OFFICIAL),
            Map.entry("SavedAudience.name", NO_PERSON),
            Map.entry("EscalationReceiver.holderName", OFFICIAL),
            Map.entry("EscalationRule.changedByName", OFFICIAL),
            Map.entry("NoticeTemplate.name", NO_PERSON),
            Map.entry("NoticeTemplate.savedByName", OFFICIAL),
            Map.entry("Resident.actedByName", "who may read the record has to know who acted for the person"),
            Map.entry("Case.callerName", "who has the case has to call the person by name"),
            Map.entry("AudienceSample.name", "masked where it is made"),
            Map.entry("AudienceSample.age", "without a name it is nobody's"),
            Map.entry("Building.name", NO_PERSON),
            Map.entry("CaseClassChange.name", NO_PERSON),
            Map.entry("CaseClassGroup.name", NO_PERSON),
            Map.entry("OrgUnit.name", NO_PERSON),
            Map.entry("Tag.name", NO_PERSON),
            Map.entry("Webhook.name", NO_PERSON),
            Map.entry("AuditEntry.actorName", OFFICIAL),
            Map.entry("AuditEntry.client", "for the administrator's eyes alone, to follow up an abuse"),
            Map.entry("CaseClass.name", NO_PERSON),
            Map.entry("County.name", NO_PERSON),
            Map.entry("County.productName", NO_PERSON),
            Map.entry("Division.name", NO_PERSON),
            Map.entry("Division.registerName", NO_PERSON));

    private static boolean isLeaf(FieldDefinition field) {
        return LEAVES.contains(SchemaComposer.named(field.getType()));
    }

    private static boolean sounds(FieldDefinition field) {
        return NAMES.matcher(field.getName()).matches()
                || (field.getDescription() != null
                        && DESCRIPTIONS
                                .matcher(field.getDescription().getContent())
                                .matches());
    }

    private static boolean isMarked(FieldDefinition field) {
        return field.hasDirective("personal") || field.hasDirective("revealed") || field.hasDirective("impersonal");
    }

    @Test
    void everyFieldThatSoundsLikePersonalDataIsMarkedOrStandsOnTheListWithItsReason() {
        Set<String> unmarked = new TreeSet<>();
        for (String file : Sdl.counties()) {
            new SchemaParser()
                    .parse(Sdl.text(file))
                    .getTypes(ObjectTypeDefinition.class)
                    .forEach(type -> type.getFieldDefinitions().stream()
                            .filter(field -> isLeaf(field) && sounds(field) && !isMarked(field))
                            .forEach(field -> unmarked.add(type.getName() + "." + field.getName())));
        }
        assertTrue(unmarked.contains("Resident.name"), "the walk finds what it has to find");
        assertEquals(new TreeSet<>(CLEAR.keySet()), unmarked);
    }

    @Test
    void nothingIsRevealedButByTheTypeOfARevelation() {
        Set<String> types = Sdl.counties().stream()
                .flatMap(file -> new SchemaParser().parse(Sdl.text(file)).getTypes(ObjectTypeDefinition.class).stream())
                .filter(type -> type.getFieldDefinitions().stream().anyMatch(field -> field.hasDirective("revealed")))
                .map(ObjectTypeDefinition::getName)
                .collect(Collectors.toSet());
        assertEquals(Set.of("ResidentReveal"), types);
    }
}
