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
		.layer("idempotency")
		.definedBy("..idempotency..")
		.layer("clients")
		.definedBy("..clients..")
		.layer("delivery")
		.definedBy("..delivery..")
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
		.layer("server")
		.definedBy("..server..")
		.layer("apidocs")
		.definedBy("..apidocs..")
		.whereLayer("members")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("idempotency")
		.mayOnlyBeAccessedByLayers("members")
		.whereLayer("clients")
		.mayOnlyBeAccessedByLayers("members", "idempotency")
		.whereLayer("delivery")
		.mayOnlyBeAccessedByLayers("members", "idempotency", "clients")
		.whereLayer("sentry")
		.mayOnlyBeAccessedByLayers("members", "idempotency", "clients", "delivery")
		.whereLayer("organizations")
		.mayOnlyBeAccessedByLayers("members", "idempotency", "clients", "delivery", "sentry", "fakesentry", "server")
		.whereLayer("audit")
		.mayOnlyBeAccessedByLayers("members", "idempotency", "clients", "delivery", "sentry", "organizations")
		.whereLayer("problem")
		.mayOnlyBeAccessedByLayers("members", "idempotency", "clients", "audit")
		.whereLayer("server")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("fakesentry")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("apidocs")
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
