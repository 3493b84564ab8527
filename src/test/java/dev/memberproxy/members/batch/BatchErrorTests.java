package dev.memberproxy.members.batch;

import java.net.http.HttpResponse;

import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.members.MemberRequestHandler;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.doThrow;

/** The outcome of an item that ends with a JVM error is unknown. */
@WireTests
class BatchErrorTests {

	@LocalServerPort
	int port;

	@MockitoSpyBean
	MemberRequestHandler handler;

	@Test
	void batchWhenItemFailsWithAnErrorCountsItAsUnknown() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		doThrow(new StackOverflowError()).when(this.handler)
			.handle(argThat((command) -> command != null && command.toString().contains("***@deep.example")),
					anyBoolean(), any());
		HttpResponse<String> response = ApiClient.post(this.port, "/members/batch", """
				[{"op":"create","userName":"ada@deep.example"},{"op":"create","userName":"ada@example.com"}]""");
		JsonNode result = ApiClient.json(response);
		assertThat(result.at("/results/0/status").intValue()).isEqualTo(500);
		assertThat(result.at("/results/0/problem/outcome").stringValue()).isEqualTo("unknown");
		assertThat(result.at("/results/1/status").intValue()).isEqualTo(201);
		assertThat(result.path("summary").toString())
			.isEqualTo("{\"total\":2,\"succeeded\":1,\"failed\":0,\"unknown\":1}");
	}

}
