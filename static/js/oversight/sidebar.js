// Shows the sidebar of the admin before the page is first drawn, if it was not closed the last time. The name is that of
// Django's nav_sidebar.js, which does the rest.

if (localStorage.getItem("django.admin.navSidebarIsOpen") !== "false") {
  document.getElementById("main").classList.add("shifted");
}
