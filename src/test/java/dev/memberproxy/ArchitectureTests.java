package dev.memberproxy;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

@AnalyzeClasses(packages = "dev.memberproxy", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule arrowsPointDownTheListOfRooms = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("members")
		.definedBy("..members..")
		.layer("clients")
		.definedBy("..clients..")
		.layer("sentry")
		.definedBy("..sentry..")
		.layer("organizations")
		.definedBy("..organizations..")
		.layer("audit")
		.definedBy("..audit..")
		.layer("problem")
		.definedBy("..problem..")
		.layer("core")
		.definedBy("..core..")
		.layer("fakesentry")
		.definedBy("..fakesentry..")
		.whereLayer("members")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("clients")
		.mayOnlyBeAccessedByLayers("members")
		.whereLayer("sentry")
		.mayOnlyBeAccessedByLayers("members")
		.whereLayer("organizations")
		.mayOnlyBeAccessedByLayers("members", "clients", "sentry", "fakesentry")
		.whereLayer("audit")
		.mayOnlyBeAccessedByLayers("members", "clients", "sentry", "organizations")
		.whereLayer("problem")
		.mayOnlyBeAccessedByLayers("members", "clients", "audit")
		.whereLayer("fakesentry")
		.mayNotBeAccessedByAnyLayer();

	@ArchTest
	static final ArchRule roomsHaveNoCycles = slices().matching("dev.memberproxy.(*)..").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule onlyTheGatewayRevealsTheToken = noClasses().that()
		.resideOutsideOfPackage("..sentry..")
		.should()
		.callMethod("dev.memberproxy.organizations.SecretToken", "reveal")
		.because("the token leaves its type only where the request to Sentry is written");

}
